/// Reads expressions out of the text of a manifest, without running it.
struct ManifestParser {
    private enum Token: Hashable {
        case word(String)
        case text(String)
        case mark(UInt8)
    }

    private let tokens: [Token]
    private var position = 0

    init(_ manifest: String) {
        tokens = Self.tokens(of: SourceText(path: "Package.swift", manifest))
    }

    /// The values of all top-level `let NAME = CALL(…)`, by name; other bindings are passed over.
    mutating func bindings() throws -> [String: ManifestValue] {
        var found: [String: ManifestValue] = [:]
        for index in tokens.indices.dropLast(4) where tokens[index] == .word("let") {
            guard case .word(let name) = tokens[index + 1], tokens[index + 2] == .mark(Byte.equals),
                case .word = tokens[index + 3], tokens[index + 4] == .mark(Byte.open)
            else { continue }
            position = index + 3
            found[name] = try value()
        }
        return found
    }

    private mutating func value() throws -> ManifestValue {
        let first = try piece()
        guard case .list(var joined) = first else { return first }
        while next == .mark(0x2B) {
            position += 1
            if case .list(let more) = try piece() { joined += more }
        }
        return .list(joined)
    }

    private var next: Token? { position < tokens.count ? tokens[position] : nil }

    private mutating func piece() throws -> ManifestValue {
        if next == .mark(Byte.dot) { position += 1 }
        switch next {
        case .text(let text):
            position += 1
            return .text(text)
        case .mark(Byte.openBracket):
            position += 1
            let values = try arguments(until: Byte.closeBracket).map(\.value)
            skipMapping()
            return .list(values)
        case .word(var name):
            position += 1
            while next == .mark(Byte.dot), position + 1 < tokens.count,
                case .word(let member) = tokens[position + 1]
            {
                name += "." + member
                position += 2
            }
            guard next == .mark(Byte.open) else { return .name(name) }
            position += 1
            return .call(name, try arguments(until: Byte.close))
        default:
            throw ManifestProblem(
                description: "no value here: \(tokens[position...].prefix(6))")
        }
    }

    /// Passes over `.map { … }` behind a list; its elements stay as they are written.
    private mutating func skipMapping() {
        guard next == .mark(Byte.dot), tokens[position...].dropFirst().first == .word("map"),
            tokens[position...].dropFirst(2).first == .mark(Byte.openBrace)
        else { return }
        position += 2
        var depth = 0
        repeat {
            if next == .mark(Byte.openBrace) { depth += 1 }
            if next == .mark(Byte.closeBrace) { depth -= 1 }
            position += 1
        } while depth > 0 && position < tokens.count
    }

    private mutating func arguments(until end: UInt8) throws -> [ManifestArgument] {
        var arguments: [ManifestArgument] = []
        while next != .mark(end) {
            var label: String?
            if case .word(let word) = next, position + 1 < tokens.count,
                tokens[position + 1] == .mark(0x3A)
            {
                label = word
                position += 2
            }
            arguments.append(ManifestArgument(label: label, value: try value()))
            if next == .mark(0x2C) { position += 1 }
        }
        position += 1
        return arguments
    }

    private static func tokens(of source: SourceText) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < source.code.count {
            let byte = source.code[index]
            let start = index
            index += 1
            if Byte.isWord(byte) {
                while index < source.code.count, Byte.isWord(source.code[index]) { index += 1 }
                tokens.append(.word(String(decoding: source.code[start..<index], as: UTF8.self)))
            } else if byte == Byte.quote {
                while index < source.code.count, source.code[index] != Byte.quote { index += 1 }
                tokens.append(.text(String(decoding: source.raw[start + 1..<index], as: UTF8.self)))
                index += 1
            } else if byte > Byte.space {
                tokens.append(.mark(byte))
            }
        }
        return tokens
    }
}
