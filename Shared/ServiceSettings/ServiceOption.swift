// ServiceSettings: what a service is told, from everywhere that it may be told. Options as its
// command declares them, arguments, variables and a file enter; one list of arguments, and where
// each value came from, leave.

import FoundationEssentials

/// A long option of a command, from its one declaration.
package struct ServiceOption: Sendable, Equatable {
    /// As it is written in arguments, without the dashes.
    package let name: String
    package let isFlag: Bool
    package let isRepeating: Bool
    /// What holds when nobody says anything, as text.
    package let usual: String?

    package init(
        _ name: String, isFlag: Bool = false, isRepeating: Bool = false, usual: String? = nil
    ) {
        self.name = name
        self.isFlag = isFlag
        self.isRepeating = isRepeating
        self.usual = usual
    }

    /// As it is called in a file.
    package var key: String { name.map { $0 == "-" ? "_" : String($0) }.joined() }
}

/// A command with its options, as ArgumentParser describes its own (`--experimental-dump-help`).
package struct CommandDescription: Sendable {
    package let name: String
    package let options: [ServiceOption]
    package let subcommands: [CommandDescription]
    private let usualSubcommand: String?

    /// Reads the JSON text of `_dumpHelp()`.
    package init(help: String) throws {
        self.init(try JSONDecoder().decode(Tool.self, from: Data(help.utf8)).command)
    }

    private init(_ command: Tool.Command) {
        name = command.commandName
        options = (command.arguments ?? []).compactMap { argument in
            guard let name = argument.names?.first(where: { $0.kind == "long" })?.name,
                argument.kind != "positional", !Self.ofEveryCommand.contains(name)
            else { return nil }
            return ServiceOption(
                name, isFlag: argument.kind == "flag", isRepeating: argument.isRepeating,
                usual: argument.defaultValue)
        }
        subcommands = (command.subcommands ?? []).map(CommandDescription.init)
        usualSubcommand = command.defaultSubcommand
    }

    private static let ofEveryCommand: Set = ["help", "version"]

    /// Follows the words that arguments begin with.
    /// - Returns: the command that they mean, and how many words name it; nil where none is meant.
    package func find(
        _ arguments: ArraySlice<String>
    ) -> (command: CommandDescription, words: Int)? {
        if let word = arguments.first,
            let next = subcommands.first(where: { $0.name == word })
        {
            return next.find(arguments.dropFirst()).map { ($0.command, $0.words + 1) }
        }
        guard !subcommands.isEmpty else { return (self, 0) }
        // A word that is no option names a command that does not exist.
        guard arguments.first?.hasPrefix("-") ?? true,
            let usual = subcommands.first(where: { $0.name == usualSubcommand })
        else { return nil }
        return (usual, 0)
    }

    private struct Tool: Decodable {
        let command: Command

        struct Command: Decodable {
            let commandName: String
            let defaultSubcommand: String?
            let subcommands: [Command]?
            let arguments: [Argument]?
        }

        struct Argument: Decodable {
            let kind: String
            let isRepeating: Bool
            let names: [Name]?
            let defaultValue: String?
        }

        struct Name: Decodable {
            let kind: String
            let name: String
        }
    }
}
