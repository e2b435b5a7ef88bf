/// What is started: a program with its arguments, or a script for the shell.
package enum Command: Hashable, Sendable {
    /// Executed directly; at least one element, the first is the program.
    case program([Template])
    /// Runs under `sh -eu -c`.
    case script(ShellScript)

    /// The longest command, all words together.
    static let longestBytes = 32 * 1_024

    package var placeholders: [Placeholder] {
        switch self {
        case .program(let words): words.flatMap(\.placeholders)
        case .script(let script): script.placeholders
        }
    }

    package var needsShell: Bool {
        if case .script = self { true } else { false }
    }

    /// Puts in what `values` knows. A value stays one word: it is never split, and in a script
    /// it is quoted.
    package func substitute(_ values: [Placeholder: String]) -> Command {
        switch self {
        case .program(let words): .program(words.map { $0.substitute(values) })
        case .script(let script): .script(script.substitute(values))
        }
    }

    /// What is handed to the kernel, once no placeholder is left.
    package var arguments: [String]? {
        switch self {
        case .program(let words):
            let resolved = words.compactMap(\.resolved)
            return resolved.count == words.count ? resolved : nil
        case .script(let script):
            return script.resolved.map { ["sh", "-eu", "-c", $0] }
        }
    }
}

extension Command {
    /// A command that was written as a list.
    init(list: [String]) throws(TextFault) {
        guard let program = list.first else { throw TextFault(.badCommand, "has no words") }
        guard !program.isEmpty else { throw TextFault(.badCommand, "names no program") }
        let bytes = list.reduce(0) { $0 + $1.utf8.count + 1 }
        guard bytes <= Self.longestBytes else { throw Self.tooLong }
        guard !list.contains(where: { $0.utf8.contains(0) }) else { throw Self.holdsNUL }
        var words: [Template] = []
        for word in list { words.append(try Template(parsing: word)) }
        self = .program(words)
    }

    /// A command that was written as one text: split by POSIX quoting, or left to the shell.
    init(text: String) throws(TextFault) {
        guard text.utf8.count <= Self.longestBytes else { throw Self.tooLong }
        guard !text.utf8.contains(0) else { throw Self.holdsNUL }
        var scanner = ShellScanner(try Template(parsing: text))
        let found = try scanner.scan()
        if found.needsShell {
            self = .script(ShellScript(pieces: found.pieces))
            return
        }
        guard let program = found.words.first else {
            throw TextFault(.badCommand, "is empty")
        }
        guard !program.segments.isEmpty else { throw TextFault(.badCommand, "names no program") }
        self = .program(found.words)
    }

    private static let tooLong = TextFault(.badCommand, "is longer than 32 KiB")
    private static let holdsNUL = TextFault(.badCommand, "holds a NUL character")
}
