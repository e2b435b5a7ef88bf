import Testing

@testable import CommandLine

/// What `trigger --wait` says at its end, and what `compare` writes.
@Suite struct RangeReportTests {
    private func report(_ outcomes: [RunOutcome], width: Int? = nil, color: Bool = false) throws
        -> String
    {
        RangeReport(
            outcomes: outcomes, session: try Sample.session(width: width, color: color),
            pages: PageAddress(nil, url: "https://fleet.example/requests/x"),
            request: SampleController.request
        ).text
    }

    private var mixed: [RunOutcome] {
        get throws {
            [
                try Sample.outcome(
                    commit: "e5fc020b46f54d10ccd495ab0b917dc57ab89af1",
                    subject: "Read the table once, not for each row",
                    rows: [
                        try Sample.row(
                            medians: (0.0134, 0.0124), shift: (-0.075, -0.081, -0.069),
                            decision: "pass", direction: "improved"),
                        try Sample.row(
                            benchmark: "print", medians: (0.002_1, 0.002_1),
                            shift: (0.001, -0.002, 0.004), p: 0.412, decision: "pass",
                            direction: "unchanged"),
                    ]),
                try Sample.outcome(
                    subject: "Look the name up again before each use",
                    rows: [
                        try Sample.row(),
                        try Sample.row(
                            benchmark: "print", medians: (0.002_1, 0.002_2),
                            shift: (0.04, -0.01, 0.09), p: 0.06, decision: "warn",
                            direction: "unclear", reasons: ["not_confirmed"], detectable: 0.056),
                        try Sample.row(
                            metric: "page_faults", unit: "count", decision: "skip",
                            direction: "unclear", reasons: ["not_watched"], watched: false),
                    ]),
                try Sample.outcome(
                    state: "failed", commit: "7d3fa11200000000000000000000000000000000",
                    subject: "Forget a semicolon", rows: nil,
                    failure: .object([
                        "detail": "build_failed", "message": "make: *** [bench] Error 1",
                    ])),
            ]
        }
    }

    @Test func `the whole story fits where it is piped`() throws {
        try Recorded.expect(try report(try mixed), equals: "range-piped.txt")
    }

    @Test(arguments: [80, 120])
    func `a terminal gets what fits`(_ width: Int) throws {
        let text = try report(try mixed, width: width)
        try Recorded.expect(text, equals: "range-\(width).txt")
        let table = text.split(separator: "\n").prefix { !$0.hasPrefix("Guilty") }
        #expect(table.allSatisfy { TextWidth.of(String($0)) <= width })
    }

    @Test func `colours repeat what signs say`() throws {
        try Recorded.expect(
            try report(try mixed, width: 120, color: true), equals: "range-color.txt")
    }

    @Test func `nothing changed is one plain sentence`() throws {
        let row = try Sample.row(
            shift: (0.001, -0.002, 0.004), p: 0.4, decision: "pass", direction: "unchanged")
        let text = try report([try Sample.outcome(rows: [row])])
        #expect(text.contains("None of 1 commit regressed."))
        #expect(!text.contains("Guilty"))
    }

    @Test func `cells that were stopped are told beside the verdict of the others`() throws {
        var outcome = try Sample.outcome(
            state: "cancelled", measured: 2, rows: [try Sample.row()])
        outcome.stoppedCells = [
            try Sample.decode(
                .object([
                    "id": "1", "state": "cancelled", "cell": .object(["cc": "clang"]),
                    "cancel": .object(["by": "ada", "reason": "no such compiler"]),
                ]), as: Job.self),
            try Sample.decode(
                .object([
                    "id": "2", "state": "expired", "cell": .object(["cc": "icc"]),
                    "failure": .object([
                        "class": "timeout", "detail": "other", "message": "No host took it.",
                    ]),
                ]), as: Job.self),
        ]
        let text = try report([outcome])
        #expect(text.contains("  cc=clang cancelled, by ada: no such compiler\n"), "\(text)")
        #expect(text.contains("  cc=icc expired, timeout: No host took it.\n"), "\(text)")
        #expect(text.contains("1 of 1 commit regressed: 92d06a9, 2 cells without results."))
    }

    @Test func `with nothing to compare with that is said`() throws {
        let text = try report([try Sample.outcome(rows: nil)])
        #expect(text.hasPrefix("1 commit measured, with nothing to be compared with.\n"))
    }

    @Test func `many unchanged rows are counted, not shown`() throws {
        let same = try (0..<70).map { number in
            try Sample.row(
                benchmark: "b\(number)", shift: (0, -0.001, 0.001), p: 1, decision: "pass",
                direction: "unchanged")
        }
        let text = try report([try Sample.outcome(rows: same + [try Sample.row()])])
        #expect(text.contains("(70 unchanged not shown)"))
        #expect(text.split(separator: "\n").count < 12)
    }
}
