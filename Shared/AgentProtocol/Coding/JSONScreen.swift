/// One pass over a body before it is decoded: well-formed JSON (RFC 8259), unique keys, bounded
/// depth.
///
/// The decoder of the platform keeps one of two equal keys and nests deeper than we want.
struct JSONScreen {
    /// Deepest nesting of arrays and objects (API contract, §1).
    static let depthLimit = 64

    private enum Step { case value, afterValue, firstKey, key, firstItem }
    private enum Level {
        case array
        case object(Set<[UInt8]>)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var levels: [Level] = []

    static func check(_ bytes: [UInt8]) throws(MessageProblem) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw MessageProblem(.malformedJSON, "The body is not UTF-8.")
        }
        var screen = JSONScreen(bytes: bytes)
        try screen.run()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func run() throws(MessageProblem) {
        var step = Step.value
        while true {
            skipSpace()
            switch step {
            case .value: step = try value()
            case .firstItem: step = current == UInt8(ascii: "]") ? close() : .value
            case .firstKey: step = try current == UInt8(ascii: "}") ? close() : key()
            case .key: step = try key()
            case .afterValue:
                guard !levels.isEmpty else {
                    guard position == bytes.count else { throw malformed() }
                    return
                }
                step = try afterValue()
            }
        }
    }

    private mutating func value() throws(MessageProblem) -> Step {
        switch current {
        case UInt8(ascii: "{"): return try open(.object([]), .firstKey)
        case UInt8(ascii: "["): return try open(.array, .firstItem)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
        return .afterValue
    }

    private mutating func afterValue() throws(MessageProblem) -> Step {
        switch (levels.last, current) {
        case (.array, UInt8(ascii: "]")), (.object, UInt8(ascii: "}")): return close()
        case (.array, UInt8(ascii: ",")):
            position += 1
            return .value
        case (.object, UInt8(ascii: ",")):
            position += 1
            return .key
        default: throw malformed()
        }
    }

    private mutating func open(_ level: Level, _ step: Step) throws(MessageProblem) -> Step {
        guard levels.count < Self.depthLimit else {
            throw MessageProblem(.malformedJSON, "The body nests deeper than \(Self.depthLimit).")
        }
        levels.append(level)
        position += 1
        return step
    }

    private mutating func close() -> Step {
        levels.removeLast()
        position += 1
        return .afterValue
    }

    private mutating func key() throws(MessageProblem) -> Step {
        let start = position + 1
        try string()
        let spelled = bytes[start..<(position - 1)]
        guard case .object(var keys)? = levels.popLast() else { throw malformed() }
        guard keys.insert(JSONEscapes.decoded(spelled)).inserted else {
            throw MessageProblem(
                .malformedJSON, "The key at byte \(start) appears twice in its object.")
        }
        levels.append(.object(keys))
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw malformed() }
        position += 1
        return .value
    }

    private mutating func string() throws(MessageProblem) {
        guard current == UInt8(ascii: "\"") else { throw malformed() }
        position += 1
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw malformed() }
            position += 1
            if byte == UInt8(ascii: "\\") { try escape() }
        }
        guard current != nil else { throw malformed() }
        position += 1
    }

    private mutating func escape() throws(MessageProblem) {
        guard let kind = current else { throw malformed() }
        position += 1
        switch kind {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = current, JSONEscapes.hexadecimal(digit) != nil
                else { throw malformed() }
                position += 1
            }
        default:
            guard JSONEscapes.single[kind] != nil else { throw malformed() }
        }
    }

    private mutating func number() throws(MessageProblem) {
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
    }

    private mutating func digits() throws(MessageProblem) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw malformed() }
    }

    private mutating func word(_ text: StaticString) throws(MessageProblem) {
        for byte in text.description.utf8 {
            guard current == byte else { throw malformed() }
            position += 1
        }
    }

    private mutating func skipSpace() {
        while let byte = current,
            byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        {
            position += 1
        }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func malformed() -> MessageProblem {
        MessageProblem(.malformedJSON, "The body is no JSON document at byte \(position).")
    }
}
