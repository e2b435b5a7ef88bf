import Synchronization
import Testing

@testable import Identity

@Suite struct GuessLimitTests {
    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    private static func limit(_ clock: Clock, capacity: Int = 100) -> GuessLimit {
        GuessLimit(capacity: capacity, now: { clock.now })
    }

    @Test func `ten wrong keys within a minute lock an address out, and no other`() {
        let clock = Clock()
        let limit = Self.limit(clock)
        for _ in 0..<9 { limit.noteFailure(from: "a") }
        #expect(limit.wait(for: "a") == nil)
        limit.noteFailure(from: "a")
        #expect(limit.wait(for: "a") == .seconds(60))
        #expect(limit.wait(for: "b") == nil)
        clock.advance(.seconds(60))
        #expect(limit.wait(for: "a") == nil)
    }

    @Test func `each lock is twice as long as the one before, up to an hour`() {
        let clock = Clock()
        let limit = Self.limit(clock)
        var waits: [Duration] = []
        for _ in 0..<8 {
            for _ in 0..<10 { limit.noteFailure(from: "a") }
            let wait = limit.wait(for: "a") ?? .zero
            waits.append(wait)
            clock.advance(wait)
        }
        let minutes = [60, 120, 240, 480, 960, 1920, 3600, 3600].map { Duration.seconds($0) }
        #expect(waits == minutes)
    }

    @Test func `slow guesses and a quiet hour are forgiven`() {
        let clock = Clock()
        let limit = Self.limit(clock)
        for _ in 0..<30 {
            limit.noteFailure(from: "a")
            clock.advance(.seconds(7))
        }
        #expect(limit.wait(for: "a") == nil)
        for _ in 0..<10 { limit.noteFailure(from: "b") }
        clock.advance(.seconds(2 * 3600))
        for _ in 0..<10 { limit.noteFailure(from: "b") }
        #expect(limit.wait(for: "b") == .seconds(60))
    }

    @Test func `a credential that was right goes on where others guess`() {
        let limit = Self.limit(Clock())
        let known = CredentialDigest(of: "known")
        limit.noteSuccess(of: known)
        for _ in 0..<10 { limit.noteFailure(from: "a") }
        #expect(limit.wait(for: "a", with: known) == nil)
        #expect(limit.wait(for: "a", with: CredentialDigest(of: "new")) != nil)
        limit.noteFailure(from: "b", with: known)
        #expect(limit.wait(for: "a", with: known) != nil)
    }

    @Test func `an operator may allow more, or all`() {
        let clock = Clock()
        let strict = GuessLimit(allowance: 2, now: { clock.now })
        for _ in 0..<2 { strict.noteFailure(from: "a") }
        #expect(strict.wait(for: "a") != nil)
        let open = GuessLimit(allowance: 0, now: { clock.now })
        for _ in 0..<50 { open.noteFailure(from: "a") }
        #expect(open.wait(for: "a") == nil)
    }

    @Test func `only so many addresses are remembered, the last ones`() {
        let clock = Clock()
        let limit = Self.limit(clock, capacity: 2)
        for address in ["a", "b", "c"] {
            for _ in 0..<10 { limit.noteFailure(from: address) }
            clock.advance(.milliseconds(1))
        }
        #expect(limit.wait(for: "a") == nil)
        #expect(limit.wait(for: "b") != nil)
        #expect(limit.wait(for: "c") != nil)
    }

    @Test func `a session's text is long, and its form token is another secret`() throws {
        let text = SessionText.generate()
        #expect(text.secret.exposed.utf8.count == 68)
        #expect(SessionText(text.secret.exposed)?.digest == text.digest)
        #expect(SessionText(String(text.secret.exposed.dropLast())) == nil)
        #expect(SessionText("fms_" + String(repeating: "G", count: 64)) == nil)
        #expect(text.formToken != text.digest.hex)
        #expect(SessionText.generate().formToken != text.formToken)
        #expect("\(text)" == "•••")
    }
}
