/// How a program ended, one table for all programs (command line, section 1).
package enum CommandStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case judgedBad = 1
    case usage = 2
    case partial = 3
    case failed = 4
    case noDecision = 5
    case notReachable = 6
    case interrupted = 130
    case terminated = 143

    /// Of several that apply, the one that is reported.
    private static let firstThatApplies: [CommandStatus] = [
        .interrupted, .terminated, .notReachable, .usage, .failed, .judgedBad, .partial,
        .noDecision,
    ]

    /// The one of several that is reported; `done` for none.
    package static func resolve(_ found: some Sequence<CommandStatus>) -> CommandStatus {
        let found = Set(found)
        return firstThatApplies.first(where: found.contains) ?? .done
    }
}
