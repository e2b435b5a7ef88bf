import Testing

@testable import BenchmarkFormats

@Suite struct UnitsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let texts: [String]
        let name: String
        let factor: Double
        let better: BenchmarkResult.Better

        var testDescription: String { texts.joined(separator: ", ") }

        init(_ texts: [String], _ name: String, _ factor: Double, _ better: BenchmarkResult.Better)
        {
            self.texts = texts
            self.name = name
            self.factor = factor
            self.better = better
        }
    }

    @Test(arguments: [
        Case(["ps"], "s", 1e-12, .lower),
        Case(["ns", "nsec", "ns/op", "ns/iter", "ns / iter", "nanoseconds"], "s", 1e-9, .lower),
        Case(["us", "\u{B5}s", "\u{3BC}s", "usec", "us/op"], "s", 1e-6, .lower),
        Case(["ms", "msec", "milliseconds"], "s", 1e-3, .lower),
        Case(["s", "sec", "secs", "second", "seconds", "s/op"], "s", 1, .lower),
        Case(["m", "min"], "s", 60, .lower),
        Case(["h"], "s", 3600, .lower),
        Case(["B", "byte", "bytes", "B/op"], "B", 1, .lower),
        Case(["kB", "KB"], "B", 1e3, .lower),
        Case(["MB"], "B", 1e6, .lower),
        Case(["GB"], "B", 1e9, .lower),
        Case(["KiB", "kb", "kbytes"], "B", 1024, .lower),
        Case(["MiB", "MiB/op"], "B", 1_048_576, .lower),
        Case(["TiB"], "B", 1_099_511_627_776, .lower),
        Case(
            ["ops/s", "op/s", "iter/sec", "i/s", "req/s", "elem/s", "# / s"], "ops/s", 1, .higher),
        Case(["ops/us"], "ops/s", 1e6, .higher),
        Case(["ops/ms"], "ops/s", 1e3, .higher),
        Case(["ops/min"], "ops/s", 1 / 60, .higher),
        Case(["B/s", "bytes/sec"], "B/s", 1, .higher),
        Case(["MB/s"], "B/s", 1e6, .higher),
        Case(["KiB/s"], "B/s", 1024, .higher),
        Case(["%", "percent"], "ratio", 0.01, .none),
        Case(["count", "counts", "Count", "#", "#/op", "integer"], "count", 1, .lower),
    ])
    func `a known unit is translated`(_ given: Case) {
        for text in given.texts {
            let unit = Units.canonical(text)
            #expect(unit == CanonicalUnit(name: given.name, factor: given.factor), "\(text)")
            #expect(unit.better == given.better)
        }
    }

    @Test(arguments: ["points", "", "Mb", "mb/s", "MB/ms", "ops", "ns/op/op", "/", "ops/", "NS"])
    func `an unknown unit is kept as it is and judged by nobody`(_ text: String) {
        #expect(Units.known(text) == nil)
        #expect(Units.canonical(text) == CanonicalUnit(name: text))
        #expect(Units.canonical(text).better == .none)
    }
}
