import Testing

@testable import HostFacts

@Suite struct CanaryBookTests {
    private static let key = CanaryBook.Key(kernel: "6.12", microcode: "0x2b", tuning: "a")

    private static func reading(
        _ value: Double, _ name: String = "alu", instructions: UInt64? = nil
    ) -> CanaryReading {
        CanaryReading(name: name, values: [value], instructions: instructions)
    }

    /// A reference of ten runs around one second with the given spread.
    private static func book(spread: Double = 0.0001, instructions: UInt64? = nil) -> CanaryBook {
        var book = CanaryBook()
        let values = (0..<10).map { 1 + spread * Double($0 % 2 == 0 ? 1 : -1) }
        for name in ["alu", "mem-lat"] {
            _ = book.take(
                CanaryReading(name: name, values: values, instructions: instructions), for: key,
                mayQuarantine: true)
        }
        return book
    }

    @Test func `the first ten runs are the reference, and say nothing`() {
        var book = CanaryBook()
        for run in 0..<10 {
            let point = book.take(
                Self.reading(run == 3 ? 5 : 1), for: Self.key, mayQuarantine: true)
            #expect(point.state == .unknown)
            #expect(point.limits == nil)
        }
        let point = book.take(Self.reading(1.005), for: Self.key, mayQuarantine: true)
        #expect(point.state == .valid)
        #expect(point.limits == 0.99...1.01)
    }

    @Test func `two deviations in a row quarantine, one between them does not`() {
        var book = Self.book()
        func state(_ value: Double) -> CanaryState {
            book.take(Self.reading(value), for: Self.key, mayQuarantine: true).state
        }
        #expect(state(1.02) == .warn)
        #expect(state(1.0) == .valid)
        #expect(state(0.98) == .warn)
        #expect(state(0.98) == .quarantine)
        // Whoever resumes the host gives it two readings again.
        #expect(state(0.98) == .warn)
        #expect(state(0.98) == .quarantine)
    }

    @Test func `the limit is five times the spread where that is more than one in a hundred`() {
        var book = Self.book(spread: 0.004)
        #expect(book.take(Self.reading(1.019), for: Self.key, mayQuarantine: true).state == .valid)
        #expect(book.take(Self.reading(1.021), for: Self.key, mayQuarantine: true).state == .warn)
    }

    @Test(arguments: [(0.0001, false), (0.02, true)])
    func `a host that is not isolated, or noisy, is warned and never stopped`(
        spread: Double, mayQuarantine: Bool
    ) {
        var book = Self.book(spread: spread)
        for _ in 0..<5 {
            let point = book.take(Self.reading(2), for: Self.key, mayQuarantine: mayQuarantine)
            #expect(point.state == .warn)
            #expect(point.reason?.contains("100.0 % longer") == true)
        }
    }

    @Test(arguments: [(1_000_000_000, true), (1_000_000_900, true), (1_000_001_100, false)])
    func `instructions agree to one in a million`(count: UInt64, isValid: Bool) {
        var book = Self.book(instructions: 1_000_000_000)
        let point = book.take(
            Self.reading(1, instructions: count), for: Self.key, mayQuarantine: true)
        #expect((point.state == .valid) == isValid)
        #expect((point.reason?.contains("instructions") ?? false) == !isValid)
    }

    @Test func `each kernel has a reference of its own, and comes back to it`() {
        var book = Self.book()
        let other = CanaryBook.Key(kernel: "6.13", microcode: "0x2b", tuning: "a")
        #expect(book.take(Self.reading(2), for: other, mayQuarantine: true).state == .unknown)
        #expect(book.take(Self.reading(1), for: Self.key, mayQuarantine: true).state == .valid)
        #expect(book.noiseFloor(for: other) == nil)
        #expect(book.noiseFloor(for: Self.key).map { $0 < 0.001 } == true)
    }

    @Test func `all canaries are due on a new kernel, with another agent, and after a day`() {
        func isDue(_ at: Int64, agent: String = "1", night: Int64? = 7200) -> Bool {
            book.isFullDue(for: Self.key, agent: agent, at: at, night: night)
        }
        var book = CanaryBook()
        #expect(isDue(1000))
        book.noteFull(for: Self.key, idle: "a", agent: "1", at: 1000, counterOverhead: nil)
        #expect(!isDue(2000))
        #expect(isDue(2000, agent: "2"))
        #expect(isDue(900))
        // Two o'clock has come, but the last time was an hour and three quarters before.
        #expect(!isDue(7300))
        #expect(isDue(1000 + 21_600))
        #expect(!isDue(1000 + 21_600, night: 60_000))
        #expect(isDue(60_000, night: 60_000))
        #expect(!isDue(1000 + 10 * 86_400, night: nil))
        let other = CanaryBook.Key(kernel: "6.12", microcode: "0x2c", tuning: "a")
        #expect(book.isFullDue(for: other, agent: "1", at: 2000, night: 7200))
    }

    @Test func `a host is asked about before it is tuned, and measured after`() {
        let tuned = CanaryBook.Key(kernel: "6.12", microcode: "0x2b", tuning: "tuned")
        var book = CanaryBook()
        book.noteFull(for: tuned, idle: "a", agent: "1", at: 1000, counterOverhead: 0.002)
        // The host is put back between two series of jobs.
        #expect(!book.isFullDue(for: Self.key, agent: "1", at: 2000, night: nil))
        #expect(!book.isFullDue(for: tuned, agent: "1", at: 2000, night: nil))
        #expect(book.counterOverhead(for: tuned) == 0.002)
        #expect(book.counterOverhead(for: Self.key) == nil)
        // Somebody has changed its own settings for good.
        let changed = CanaryBook.Key(kernel: "6.12", microcode: "0x2b", tuning: "c")
        #expect(book.isFullDue(for: changed, agent: "1", at: 2000, night: nil))
    }
}
