import FleetModel
import SampleFleets
import Storage
import Testing

@testable import Dashboard

@Suite struct FiguresTests {
    @Test(
        arguments: [
            (0, "0"), (1, "1.00"), (48.31, "48.3"), (9.996, "10.0"), (99.96, "100"), (999.4, "999"),
            (1234, "1\u{202F}230"), (98_765, "98\u{202F}800"), (0.01234, "0.0123"),
            (0.001, "0.00100"), (-3.14159, "\u{2212}3.14"), (2.1e-6, "2.10 × 10⁻⁶"),
            (1.5e12, "1.50 × 10¹²"), (.infinity, "–"), (.nan, "–"),
            (.leastNonzeroMagnitude, "4.94 × 10⁻³²⁴"),
            (.greatestFiniteMagnitude, "1.80 × 10³⁰⁸"),
        ] as [(Double, String)])
    func `a number has three significant digits`(_ value: Double, _ text: String) {
        #expect(Figures.threeDigits(value) == text)
    }

    @Test(arguments: [(5, "5"), (0.25, "0.25"), (10, "10"), (100, "100")] as [(Double, String)])
    func `a round number has no zeros after its point`(_ value: Double, _ text: String) {
        #expect(Figures.shortest(value) == text)
    }

    @Test func `nothing that rounds to zero is negative`() {
        #expect(Figures.fixed(-0.001, decimals: 2) == "0.00")
    }

    @Test(
        arguments: [(0.0123, "0.0123"), (1, "1.00"), (2e-9, "<\u{202F}0.0001")]
            as [(Double, String)])
    func `a small probability is a bound`(_ p: Double, _ text: String) {
        #expect(Figures.probability(p) == text)
    }
}

@Suite struct UnitScaleTests {
    @Test(
        arguments: [
            ("s", 4.831e-2, "48.3 ms"), ("s", 2.5e-10, "0.250 ns"), ("s", 9.999e-4, "1.00 ms"),
            ("s", 90, "1.50 min"), ("s", 0, "0 ns"), ("B", 61.2e6, "61.2 MB"), ("B", 62, "62 B"),
            ("count", 1_206_114_902, "1.21 G"), ("count", 12, "12"),
            ("rows/s", 11.4e6, "11.4 M rows/s"),
            ("%", 12.34, "12.3 %"), ("J", 6.41, "6.41 J"),
        ] as [(String, Double, String)])
    func `a value has a unit that fits its size`(_ unit: String, _ value: Double, _ text: String) {
        let shown = UnitScale(unit: unit, largest: value).text(value)
        #expect(shown.split(separator: "\u{202F}").joined(separator: " ") == text)
    }
}

@Suite struct MomentTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_251_630, "2026-11-21T09:00:30Z"), (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
        ] as [(Int64, String)])
    func `a time is written in UTC`(_ seconds: Int64, _ text: String) {
        #expect(Moment(ServerTime(microseconds: seconds * 1_000_000)).machine == text)
    }

    @Test(arguments: [Int64.min, .max]) func `no time is too far away`(_ microseconds: Int64) {
        #expect(!Moment(ServerTime(microseconds: microseconds)).shown.isEmpty)
    }

    @Test(
        arguments: [
            (.milliseconds(420), "0.4 s"), (.seconds(187), "3 min 7 s"),
            (.seconds(12_000), "3 h 20 min"),
            (.seconds(200_000), "2 d 7 h"), (.seconds(-5), "0.0 s"),
        ] as [(Duration, String)])
    func `a span is written in two units at most`(_ duration: Duration, _ text: String) {
        let shown = Span.text(duration).split(separator: "\u{202F}").joined(separator: " ")
        #expect(shown == text)
    }
}

@Suite struct ForeignTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("two\nlines\tand", "two lines and"),
        ("\u{1B}[31mred", "\u{FFFD}[31mred"),
        ("a\u{202E}b\u{2069}c", "a\u{FFFD}b\u{FFFD}c"), ("nul\0", "nul\u{FFFD}"),
        ("שלום", "שלום"), ("tag\u{E0041}", "tag\u{FFFD}"),
    ])
    func `what would do more than be read is replaced`(_ given: String, _ shown: String) {
        #expect(ForeignText(given).text == shown)
    }

    @Test func `what is too long ends in an ellipsis`() {
        #expect(ForeignText("abcdef", limit: 3).text == "abc…")
        let piled = ForeignText("a" + String(repeating: "\u{301}", count: 100_000), limit: 10)
        #expect(piled.text.unicodeScalars.count <= 80)
    }
}

@Suite struct ChangeFigureTests {
    struct Case {
        var relative: Double
        var low: Double?
        var high: Double?
        let percent: String
        let interval: String?
        let bounds: String?
    }

    @Test(arguments: [
        Case(
            relative: 0.0421, low: 0.038, high: 0.0461, percent: "+4.21 %",
            interval: "[+3.80, +4.61]", bounds: "[3.80, 4.61]"),
        Case(
            relative: -0.0698, low: -0.0725, high: -0.0678, percent: "\u{2212}6.98 %",
            interval: "[\u{2212}7.25, \u{2212}6.78]", bounds: "[6.78, 7.25]"),
        Case(relative: 1.234, percent: "+123 %", interval: nil, bounds: nil),
        Case(
            relative: 0.00012, low: -0.0001, high: 0.0003, percent: "+0.0120 %",
            interval: "[\u{2212}0.0100, +0.0300]", bounds: "[\u{2212}0.0100, 0.0300]"),
    ])
    func `a change has the digits of its largest part`(_ given: Case) {
        let figure = ChangeFigure(
            ComparisonStore.Shift(
                absolute: 1, relative: given.relative, low: given.low, high: given.high,
                level: 0.95))
        #expect(figure.percent.split(separator: "\u{202F}").joined(separator: " ") == given.percent)
        #expect(figure.interval == given.interval)
        #expect(figure.bounds == given.bounds)
    }
}

@Suite struct PagePathTests {
    @Test func `addresses are those that replies give`() {
        var random = SampleRandom(state: 1)
        let request = RequestID(at: ServerTime(microseconds: 0), using: &random)
        #expect(PagePath.request(request).text == "/requests/\(request)")
        #expect(PagePath.projects.text == "/")
        #expect(PagePath.project("a b/ä").text == "/p/a%20b%2F%C3%A4")
    }
}
