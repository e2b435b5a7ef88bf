/// Reads a file of callgrind's that was written with `--separate-callers`: each function's name is
/// followed by those of its callers, so its own cost belongs to one stack.
///
/// Source: Valgrind manual, "Callgrind Format Specification", version 1.
package struct CallgrindProfile: Sendable {
    package private(set) var stacks = FoldedStacks()
    /// What the names of all functions may have together, in bytes.
    private static let namesLimit = 64 << 20
    private let callers: Int
    private var lines = LineCutter()
    private var names: [Substring: String] = [:]
    private var namesBytes = 0
    private var program = "program"
    private var current: [String] = []
    /// Columns before the costs of a line.
    private var positions = 1
    /// The next line is what a call cost with all that it called.
    private var isCall = false
    private var isMalformed = false
    private var announced: UInt64?

    /// `callers`: as given to `--separate-callers`; deeper stacks lack their root.
    package init(callers: Int) { self.callers = callers }

    package mutating func take(_ bytes: [UInt8]) {
        var cutter = lines
        cutter.take(bytes) { read($0) }
        lines = cutter
    }

    /// Returns: why the file cannot be used.
    package mutating func finish() -> String? {
        var cutter = lines
        cutter.finish { read($0) }
        lines = cutter
        guard !isMalformed else { return "a line of it has another form" }
        guard let announced else { return "it has no end" }
        guard announced == stacks.total else {
            return "its costs sum up to \(stacks.total), and it says \(announced)"
        }
        return nil
    }

    private mutating func read(_ line: String) {
        guard let first = line.utf8.first, first != UInt8(ascii: "#") else { return }
        if (48...57).contains(first) || [43, 45, 42].contains(first) { return cost(line) }
        if let (name, value) = Self.split(line, at: ": ") { return header(name, value) }
        guard let (name, value) = Self.split(line, at: "=") else { return }
        switch name {
        case "fn": current = stack(of: resolve(value))
        case "cfn": _ = resolve(value)
        case "calls": isCall = true
        default: break
        }
    }

    private mutating func header(_ name: Substring, _ value: Substring) {
        switch name {
        case "cmd":
            let path = value.drop { $0 == " " }.prefix { $0 != " " }
            program = path.split(separator: "/").last.map(String.init) ?? program
        case "positions": positions = max(1, value.split(separator: " ").count)
        case "totals": announced = UInt64(value.prefix { $0 != " " })
        default: break
        }
    }

    private mutating func cost(_ line: String) {
        if isCall {
            isCall = false
            return
        }
        let words = line.split(separator: " ")
        guard words.count > positions else { return }
        guard let count = UInt64(words[positions]) else {
            isMalformed = true
            return
        }
        stacks.add(current.isEmpty ? [program, "?"] : current, count: count)
    }

    /// `LEAF'CALLER'CALLER…`
    private mutating func stack(of context: String) -> [String] {
        let frames = context.split(separator: "'", omittingEmptySubsequences: false)
        let isCut = frames.count > callers
        if isCut { stacks.isTruncated = true }
        return [program] + (isCut ? ["[callers left out]"] : [])
            + frames.reversed().map(String.init)
    }

    /// `(ID) NAME` gives a name, `(ID)` means it.
    private mutating func resolve(_ text: Substring) -> String {
        guard text.hasPrefix("("), let close = text.firstIndex(of: ")") else { return String(text) }
        let id = text[..<close]
        let rest = text[text.index(after: close)...].drop { $0 == " " }
        if !rest.isEmpty {
            namesBytes += rest.utf8.count + id.utf8.count
            guard namesBytes <= Self.namesLimit else {
                stacks.isTruncated = true
                return String(rest)
            }
            // Not a part of the line, which would live as long.
            names[Substring(String(id))] = String(rest)
        }
        return names[id] ?? "?"
    }

    private static func split(
        _ line: String, at mark: String
    ) -> (name: Substring, value: Substring)? {
        guard let place = line.firstRange(of: mark) else { return nil }
        let name = line[..<place.lowerBound]
        guard !name.isEmpty, name.utf8.allSatisfy({ (97...122).contains($0) }) else { return nil }
        return (name, line[place.upperBound...])
    }
}
