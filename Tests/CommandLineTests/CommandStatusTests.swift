import Testing

@testable import CommandLine

@Suite struct CommandStatusTests {
    struct Case: Sendable {
        let found: [CommandStatus]
        let expected: Int32
    }

    @Test(arguments: [
        Case(found: [], expected: 0), Case(found: [.done], expected: 0),
        Case(found: [.noDecision], expected: 5), Case(found: [.noDecision, .partial], expected: 3),
        Case(found: [.partial, .judgedBad], expected: 1),
        Case(found: [.judgedBad, .failed], expected: 4),
        Case(found: [.failed, .usage], expected: 2),
        Case(found: [.usage, .notReachable], expected: 6),
        Case(found: [.notReachable, .interrupted], expected: 130),
        Case(found: [.terminated, .failed], expected: 143),
    ])
    func `of several the first of the table is reported`(_ given: Case) {
        #expect(CommandStatus.resolve(given.found).rawValue == given.expected)
    }
}
