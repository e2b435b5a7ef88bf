import Testing

@testable import CommandLine

@Suite struct FailOnTests {
    struct Row: Sendable {
        let decision: String
        var direction = "unchanged"
        var reasons: [String] = []
        var watched = true
        let findings: Set<FailOn.Finding>
    }

    @Test(arguments: [
        Row(decision: "pass", findings: []),
        Row(decision: "fail", direction: "regressed", findings: [.regressed]),
        Row(decision: "pass", direction: "improved", findings: []),
        Row(
            decision: "warn", direction: "unclear", reasons: ["not_confirmed"],
            findings: [.warn, .unclear]),
        Row(decision: "pass", direction: "unclear", reasons: ["inconclusive"], findings: []),
        Row(
            decision: "skip", direction: "unclear", reasons: ["missing_base"],
            findings: [.unclear]),
        Row(decision: "fail", direction: "regressed", watched: false, findings: []),
    ])
    func `each row is found for what it is`(_ given: Row) throws {
        let row = try Sample.row(
            decision: given.decision, direction: given.direction, reasons: given.reasons,
            watched: given.watched)
        #expect(FailOn.Finding.found(in: [row]) == given.findings)
    }

    struct Case: Sendable {
        let text: String
        let found: Set<FailOn.Finding>
        let status: CommandStatus
    }

    @Test(arguments: [
        Case(text: "regressed", found: [.regressed], status: .judgedBad),
        Case(text: "regressed", found: [.warn, .partial, .unclear], status: .done),
        Case(text: "warn", found: [.warn], status: .judgedBad),
        Case(text: "partial,unclear", found: [.partial, .unclear, .regressed], status: .partial),
        Case(text: "unclear", found: [.unclear], status: .noDecision),
        Case(text: "never", found: [.regressed, .partial], status: .done),
    ])
    func `only what is asked for ends badly`(_ given: Case) throws {
        let failOn = try #require(FailOn(argument: given.text))
        #expect(CommandStatus.resolve(failOn.status(given.found)) == given.status)
    }

    @Test(arguments: ["", "regresed", "regressed,", "never,warn", "all"])
    func `other words are refused`(_ text: String) {
        #expect(FailOn(argument: text) == nil)
    }
}
