import Testing

@testable import CommandLine

@Suite struct ComparisonReportTests {
    private func report(_ rows: [ComparisonRow], only: Int? = nil) throws -> ComparisonReport {
        let tree = JSONTree.object([
            "base": .object(["label": "51ac09b", "commit": "51ac09b0"]),
            "candidate": .object(["label": "7d3fa11", "commit": "7d3fa110"]),
            "direction": "regressed",
        ])
        let sides = ComparedSides(
            comparison: try Sample.decode(tree, as: Comparison.self), tree: tree, rows: rows,
            rowTrees: rows.map { .object(["benchmark": .string($0.benchmark)]) }, run: "r1")
        return ComparisonReport(
            sides: sides, rows: rows, rowTrees: sides.rowTrees,
            shown: Array(rows.prefix(only ?? rows.count)), session: try Sample.session())
    }

    private var rows: [ComparisonRow] {
        get throws {
            [
                try Sample.row(),
                try Sample.row(
                    benchmark: "a|b <c>", shift: (-0.04, -0.05, -0.03), decision: "pass",
                    direction: "improved"),
                try Sample.row(
                    benchmark: "print", medians: nil, shift: nil, p: nil, decision: "skip",
                    direction: "unclear", reasons: ["missing_base"], state: "missing_base"),
                try Sample.row(
                    benchmark: "crash", medians: nil, shift: nil, p: nil, decision: "skip",
                    direction: "unclear", reasons: ["benchmark_crashed"], state: "failed"),
            ]
        }
    }

    @Test func `the verdict comes first, then the table`() throws {
        try Recorded.expect(
            try report(try rows, only: 3).table(isTerminal: false), equals: "compare.txt")
    }

    @Test func `Markdown escapes what would break its table`() throws {
        try Recorded.expect(try report(try rows).markdown, equals: "compare.md")
    }

    @Test func `Markdown stays within its limit`() throws {
        let many = try (0..<2_000).map { try Sample.row(benchmark: "benchmark-\($0)") }
        let text = try report(many).markdown
        #expect(text.count <= 60_000)
        #expect(text.contains("more rows are not shown here."))
    }

    @Test func `JUnit has a suite per benchmark and a case per metric`() throws {
        try Recorded.expect(try report(try rows).junit, equals: "compare.xml")
    }

    @Test func `JSON has all rows, also those that the table leaves out`() throws {
        let text = try report(try rows, only: 1).json
        #expect(text.hasPrefix(#"{"schema":"fleetmark.compare.v1""#))
        #expect(text.contains(#""benchmark":"crash""#))
    }

    @Test(arguments: [
        (CompareCommand.Order.effect, ["parse", "a|b <c>", "crash", "print"]),
        (.significance, ["a|b <c>", "parse", "crash", "print"]),
        (.name, ["a|b <c>", "crash", "parse", "print"]),
    ])
    func `rows are sorted as asked`(_ order: CompareCommand.Order, _ names: [String]) throws {
        let sorted = try rows.shuffled().sorted { order.precedes($0, $1) }
        #expect(sorted.map(\.benchmark) == names)
    }

    @Test(arguments: [
        ("parse*", "parse-json", true), ("*", "", true), ("p?rse", "parse", true),
        ("p?rse", "prse", false), ("*b*c", "abbcc", true), ("a*b", "acd", false),
    ])
    func `patterns stand for names`(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(NamePattern(pattern).matches(text) == fits)
    }
}
