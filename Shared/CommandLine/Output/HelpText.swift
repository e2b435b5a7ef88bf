import ArgumentParser

/// What the argument parser has to say, in the house's form.
struct HelpText {
    /// Columns; nothing: 100.
    let width: Int?
    /// Without examples and without the options that every command has.
    let isShort: Bool

    func text(_ error: any Error) -> String {
        let whole = FleetmarkCommand.fullMessage(for: error, columns: width ?? 100)
        let blocks = whole.split(separator: "\n\n").map { String($0).trimmed }
        guard blocks.count > 1 else { return whole.trimmed + "\n" }
        let isCommon = { (block: String) in block.hasPrefix(CommonOptions.title.uppercased()) }
        var shown = blocks.filter { !isCommon($0) }
        if isShort {
            shown.removeAll { $0.hasPrefix("EXAMPLES") }
            shown.append("  --help shows all options and examples.")
        } else {
            shown += blocks.filter(isCommon)
        }
        return shown.joined(separator: "\n\n") + "\n"
    }

    /// Whether an error came from the parser, and is no failure of a command.
    static func isFromParser(_ error: any Error) -> Bool {
        !(error is CommandFailure) && !(error is OutputFailure) && !(error is CancellationError)
            && FleetmarkCommand.exitCode(for: error) == .validationFailure
    }

}

extension String {
    /// A message as ours begin and end: in lower case, unless with an option or a name, and
    /// without a full stop.
    var asMessage: String {
        let line = split(separator: "\n").joined(separator: " ")
        let end = line.hasSuffix(".") && !line.hasSuffix("..") ? line.dropLast() : line[...]
        let word = end.prefix { $0 != " " }
        guard let first = word.first, word.dropFirst().allSatisfy({ !$0.isUppercase }) else {
            return String(end)
        }
        return first.lowercased() + end.dropFirst()
    }

    fileprivate var trimmed: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
