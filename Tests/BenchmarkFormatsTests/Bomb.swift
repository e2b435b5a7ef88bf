import Testing

@testable import BenchmarkFormats

/// A file that was made to use up memory or time. After the fixtures' `make_bombs.py`.
struct Bomb: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let classes: Set<ProblemClass>
    /// Lines before the hostile part stand.
    let keepsResults: Bool

    var testDescription: String { name }

    /// A hundredth of the usual ones where it matters.
    static let limits: ParseLimits = {
        var limits = ParseLimits()
        limits.inputBytes = 1 << 20
        limits.samplesPerResult = 10_000
        limits.samplesPerFile = 100_000
        limits.results = 1000
        limits.stringBytes = 10_000
        limits.lineBytes = 10_000
        return limits
    }()

    private init(
        _ name: String, _ parts: [String], _ classes: Set<ProblemClass> = [.limitExceeded],
        keepsResults: Bool = false
    ) {
        self.name = name
        bytes = Array(parts.joined().utf8)
        self.classes = classes
        self.keepsResults = keepsResults
    }

    static let all = [
        Bomb("nested arrays", [many("[", 500_000)]),
        Bomb("nested objects", [many(#"{"a":"#, 100_000)]),
        Bomb("nested and closed", [#"{"results": "#, many("[", 400_000), many("]", 400_000), "}"]),
        Bomb(
            "nested in a known format",
            [
                #"{"context": {}, "benchmarks": [{"name": "a", "extra": "#, many("[", 1000),
                many("]", 1000), "}]}",
            ]),
        Bomb("a long string", [#"{"results": [{"command": ""#, many("a", 700_000), #""}]}"#]),
        Bomb(
            "many digits",
            [#"{"results": [{"command": "a", "mean": "#, many("9", 200_000), "}]}"],
            [.limitExceeded, .valueNotFinite]),
        Bomb(
            "many samples",
            [#"{"results": [{"command": "a", "times": [0.5"#, many(",0.5", 120_000), "]}]}"]),
        Bomb(
            "many results",
            [
                "{",
                (0..<2000).map { #""n\#($0)":{"latency":{"value":1}}"# }.joined(separator: ","),
                "}",
            ]),
        Bomb("a long line", ["goos: linux\nBenchmarkX-8 ", many("1 ", 250_000), "\n"]),
        Bomb(
            "spaces that invite going back",
            [
                "test a ... bench: 1 ns/iter (+/- 0)\ntest ", many(" ", 5000), "... bench \n",
                many("(", 20_000), "time: [", many("1 ns ", 3000),
            ], keepsResults: true),
        Bomb(
            "nested elements", [#"<?xml version="1.0"?>"#, many("<Catch>", 70_000)]),
        Bomb(
            "entities of entities",
            [#"<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><Catch name="&b;"/>"#],
            [.malformed]),
        Bomb("zeros", [many("\0", 500_000)], [.unknownFormat]),
    ]

    private static func many(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }
}
