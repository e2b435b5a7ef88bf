import ArgumentParser

/// `completion SHELL`.
struct CompletionCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Prints a script that completes commands and options in a shell.",
        discussion: """
            EXAMPLES
              fleetmark completion bash
              fleetmark completion zsh
              fleetmark completion fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.") var shell: Shell
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try session.answer(FleetmarkCommand.completionScript(for: shell) + "\n")
        return .done
    }
}
