import FleetModel
import Testing

@testable import PerfgateAPI

/// Times of RFC 3339 (perfgate contract, §2.4).
@Suite struct TimestampTests {
    struct Case: Sendable {
        let text: String
        let microseconds: Int64?
    }

    @Test(arguments: [
        Case(text: "1970-01-01T00:00:00Z", microseconds: 0),
        Case(text: "1970-01-01t00:00:01z", microseconds: 1_000_000),
        Case(text: "1970-01-01 00:00:01.5+00:00", microseconds: 1_500_000),
        Case(text: "2026-11-21T23:45:00.123456789+02:30", microseconds: 1_795_295_700_123_456),
        Case(text: "2026-11-21T23:45:00-00:30", microseconds: 1_795_306_500_000_000),
        Case(text: "2024-02-29T00:00:00Z", microseconds: 1_709_164_800_000_000),
        Case(text: "1969-12-31T23:59:59.999999Z", microseconds: -1),
        Case(text: "2016-12-31T23:59:60Z", microseconds: 1_483_228_799_000_000),
        Case(text: "0000-01-01T00:00:00Z", microseconds: -62_167_219_200_000_000),
        Case(text: "0000-01-01T00:00:00+00:01", microseconds: nil),
        Case(text: "9999-12-31T23:59:00-00:01", microseconds: nil),
        Case(text: "2026-11-21", microseconds: nil), Case(text: "", microseconds: nil),
        Case(text: "2026-11-21T23:45:00", microseconds: nil),
        Case(text: "2026-11-21T23:45Z", microseconds: nil),
        Case(text: "2026-11-21T23:45:00 02:00", microseconds: nil),
        Case(text: "2026-11-21T23:45:00+0200", microseconds: nil),
        Case(text: "2026-02-29T00:00:00Z", microseconds: nil),
        Case(text: "2026-13-01T00:00:00Z", microseconds: nil),
        Case(text: "2026-11-21T24:00:00Z", microseconds: nil),
        Case(text: "2026-11-21T00:00:00.Z", microseconds: nil),
        Case(text: "2026-11-21T00:00:00Zx", microseconds: nil),
        Case(text: "+026-11-21T00:00:00Z", microseconds: nil),
    ])
    func `a time is read with its offset, and nothing else is`(_ given: Case) {
        #expect(Timestamp.read(given.text)?.microseconds == given.microseconds)
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (1_795_304_700_000_007, "2026-11-21T23:45:00.000007Z"),
        (1_709_164_800_000_000, "2024-02-29T00:00:00.000000Z"),
    ])
    func `a time is written in UTC and reads back`(_ given: (Int64, String)) {
        #expect(Timestamp.text(ServerTime(microseconds: given.0)) == given.1)
        #expect(Timestamp.read(given.1)?.microseconds == given.0)
    }

    @Test func `any time reads back from its text`() {
        for _ in 0..<1_000 {
            let last: Int64 = 253_402_300_799_999_999
            let time = ServerTime(microseconds: .random(in: -62_167_219_200_000_000...last))
            #expect(Timestamp.read(Timestamp.text(time)) == time)
        }
    }
}

/// Names of benchmarks (perfgate contract, §2.7).
@Suite struct GivenNamesTests {
    @Test(arguments: ["a", "a-b_c.d/e", "0", String(repeating: "a", count: 64), "...", "a/..b"])
    func `a name may have letters, digits and four marks`(_ name: String) {
        #expect(GivenNames.fault(ofBenchmark: name) == nil)
    }

    @Test(arguments: [
        "", String(repeating: "a", count: 65), "A", "a b", "ä", "a\\b", "/a", "a/", "a//b", ".",
        "..", "a/./b", "a/..", "a\u{0}",
    ])
    func `any other name is none`(_ name: String) {
        #expect(GivenNames.fault(ofBenchmark: name) != nil)
    }
}

/// The score of verdicts (perfgate contract, §6.2).
@Suite struct FlakinessTests {
    struct Case: Sendable {
        let variations: [Double]
        let score: Double?
    }

    @Test(arguments: [
        Case(variations: [0.12], score: 0.06), Case(variations: [0.60, 0.12], score: 0.53),
        Case(variations: [0.90, 1.20], score: 1),
        Case(variations: [0.06, 0.09, 0.12], score: 0.045),
        Case(variations: [], score: nil), Case(variations: [-1, .nan, .infinity], score: nil),
        Case(variations: [-1, 0.12], score: 0.06), Case(variations: [0.30], score: 0.15),
    ])
    func `noise and its size make the score`(_ given: Case) {
        let found = Flakiness.score(given.variations)
        #expect((found == nil) == (given.score == nil))
        if let found, let score = given.score { #expect(abs(found - score) < 1e-12) }
    }
}

/// Paths of names with slashes.
@Suite struct BaselineAddressTests {
    struct Case: Sendable {
        let path: String
        let benchmark: String?
        var end = BaselineAddress.End.latest
    }

    @Test(arguments: [
        Case(path: "a/b/latest", benchmark: "a/b"),
        Case(path: "a/b/c/promote", benchmark: "a/b/c", end: .promote),
        Case(path: "a/latest/trend", benchmark: "a/latest", end: .trend),
        Case(path: "a/versions/b/versions/v%2F1", benchmark: "a/versions/b", end: .version("v/1")),
        Case(path: "a/versions/latest", benchmark: "a", end: .version("latest")),
        Case(path: "versions/latest", benchmark: "versions"),
        Case(path: "a%2Fb/c/latest", benchmark: "a/b/c"),
        Case(path: "a/b", benchmark: nil), Case(path: "latest", benchmark: nil),
        Case(path: "versions/v1", benchmark: nil), Case(path: "a/b/versions", benchmark: nil),
    ])
    func `a path is read from its end`(_ given: Case) throws {
        let found = try BaselineAddress(given.path.split(separator: "/"))
        #expect(found?.benchmark == given.benchmark)
        if let found { #expect(found.end == given.end) }
    }
}
