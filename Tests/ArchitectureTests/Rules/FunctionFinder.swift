/// One function, initialiser, subscript or computed property with its body.
struct FunctionExtent: Hashable {
    let name: String
    /// From the line of its keyword to that of its closing brace.
    let lines: ClosedRange<Int>
}

/// Finds where functions begin and end, by their keywords and braces.
///
/// A declaration without a body, as in a protocol, ends at the next declaration or brace. A
/// computed property is found by a brace that follows its type; an observer's block counts too.
struct FunctionFinder {
    private struct Pending {
        let name: String
        let line: Int
        /// How many parentheses and brackets were open at the keyword.
        let depth: Int
    }

    private static let openers: Set<String> = ["func", "init", "deinit", "subscript", "var"]
    private static let closers: Set<String> = [
        "let", "case", "struct", "enum", "class", "actor", "extension", "protocol", "typealias",
        "associatedtype", "import",
    ]

    /// The bytes that matter besides words.
    private static let isMark: [Bool] = {
        let marks = Array("()[]{}=".utf8)
        return (UInt8.min...UInt8.max).map(marks.contains)
    }()

    private let source: SourceText
    private var found: [FunctionExtent] = []
    private var pending: Pending?
    /// One entry for each open brace: what it is the body of, if of a function.
    private var open: [Pending?] = []
    private var depth = 0

    private init(_ source: SourceText) { self.source = source }

    static func functions(in source: SourceText) -> [FunctionExtent] {
        var finder = FunctionFinder(source)
        finder.run()
        return finder.found
    }

    private mutating func run() {
        let words = source.words
        let code = source.code
        var next = 0
        var index = 0
        while index < code.count {
            if next < words.count, words[next].offset == index {
                index += words[next].text.utf8.count
                next += 1
                visit(words[next - 1], before: next < words.count ? words[next] : nil)
            } else {
                if Self.isMark[Int(code[index])] { visit(code[index], at: index) }
                index += 1
            }
        }
    }

    private mutating func visit(_ word: SourceText.Word, before next: SourceText.Word?) {
        if pending == nil || depth <= pending?.depth ?? 0 {
            if Self.openers.contains(word.text), !isMember(word) {
                let named = word.text == "func" || word.text == "var"
                pending = Pending(
                    name: named ? next?.text ?? word.text : word.text,
                    line: source.line(at: word.offset), depth: depth)
            } else if Self.closers.contains(word.text), !isMember(word) {
                pending = nil
            }
        }
    }

    /// Whether the word is written as `.word`, which calls and does not declare.
    private func isMember(_ word: SourceText.Word) -> Bool {
        word.offset > 0 && source.code[word.offset - 1] == Byte.dot
    }

    private mutating func visit(_ byte: UInt8, at offset: Int) {
        switch byte {
        case Byte.open, Byte.openBracket: depth += 1
        case Byte.close, Byte.closeBracket: depth -= 1
        case Byte.equals: valueBegins(at: offset)
        case Byte.openBrace:
            let isBody = pending.map { depth == $0.depth } ?? false
            open.append(isBody ? pending : nil)
            if isBody { pending = nil }
        case Byte.closeBrace:
            if let waiting = pending, depth <= waiting.depth { pending = nil }
            guard let opened = open.popLast(), let function = opened else { return }
            let last = max(function.line, source.line(at: offset))
            found.append(FunctionExtent(name: function.name, lines: function.line...last))
        default: break
        }
    }

    /// A variable with a value has no body, but the value may hold closures.
    private mutating func valueBegins(at offset: Int) {
        let code = source.code
        let isAlone =
            offset > 0 && code[offset - 1] == Byte.space && offset + 1 < code.count
            && (code[offset + 1] == Byte.space || code[offset + 1] == Byte.newline)
        if isAlone, let waiting = pending, waiting.depth == depth { pending = nil }
    }
}
