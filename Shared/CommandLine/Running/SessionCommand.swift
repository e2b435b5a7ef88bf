import ArgumentParser

/// A command that works in a session: settings are read once, before it begins.
protocol SessionCommand: ParsableCommand, Sendable {
    var common: CommonOptions { get }

    /// - Throws: `CommandFailure`, or `OutputFailure` when the answer cannot be written.
    func run(in session: Session) async throws -> CommandStatus
}
