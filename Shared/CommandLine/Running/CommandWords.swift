import ArgumentParser

/// Arguments with their command first: options may stand anywhere (command line, section 2), and
/// the parser wants those of a command behind its name.
struct CommandWords {
    /// The names of the command and its parents, without the program's.
    private(set) var path: [String] = []
    /// Path, then everything else in its order.
    private(set) var arguments: [String] = []
    /// A word where a command's name was wanted.
    private(set) var unknown: Unknown?

    struct Unknown {
        let word: String
        let known: [String]
    }

    /// Options of every command that take a value of their own.
    private static let valued: Set<String> = [
        "--server", "--project", "-p", "--ca-file", "--timeout", "--color",
    ]

    private static let flags: Set<String> = [
        "--json", "--quiet", "-q", "--verbose", "-v", "--utc",
    ]

    init(_ given: [String], root: any ParsableCommand.Type) {
        var level = root.configuration
        var passed: [String] = []
        var rest = given[...]
        while let word = rest.first, word != "--", !level.subcommands.isEmpty {
            if word.hasPrefix("-") {
                // It may be the default command's own, and what follows its value.
                let isCommon = Self.valued.contains(word) || Self.flags.contains(word)
                if level.defaultSubcommand != nil, !isCommon, !word.contains("=") { break }
                let count = Self.valued.contains(word) ? 2 : 1
                passed += rest.prefix(count)
                rest = rest.dropFirst(count)
                continue
            }
            let children = level.subcommands.map { $0.configuration }
            guard let child = children.first(where: { $0.commandName == word }) else {
                if word != "help", level.defaultSubcommand == nil {
                    unknown = Unknown(word: word, known: children.compactMap(\.commandName))
                }
                break
            }
            path.append(word)
            level = child
            rest = rest.dropFirst()
        }
        arguments = path + passed + rest
    }
}
