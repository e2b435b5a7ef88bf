import Testing

@testable import CommandLine

@Suite struct CommandWordsTests {
    struct Case: Sendable {
        let given: [String]
        let expected: [String]
    }

    @Test(arguments: [
        Case(given: ["--json", "runs"], expected: ["runs", "--json"]),
        Case(
            given: ["--server", "https://x", "project", "--quiet", "list", "--all"],
            expected: ["project", "list", "--server", "https://x", "--quiet", "--all"]),
        Case(given: ["-p", "runs", "show", "@last"], expected: ["show", "-p", "runs", "@last"]),
        Case(given: ["--server=a", "hosts"], expected: ["hosts", "--server=a"]),
        Case(
            given: ["hosts", "--state", "pending", "--json"],
            expected: ["hosts", "--state", "pending", "--json"]),
        Case(
            given: ["enroll-token", "--note", "list"],
            expected: ["enroll-token", "--note", "list"]),
        Case(
            given: ["hosts", "--json", "list"], expected: ["hosts", "list", "--json"]),
        Case(given: ["--", "runs"], expected: ["--", "runs"]),
        Case(given: [], expected: []),
    ])
    func `options before a command follow it`(_ given: Case) {
        let words = CommandWords(given.given, root: FleetmarkCommand.self)
        #expect(words.arguments == given.expected)
    }
}
