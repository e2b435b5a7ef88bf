/// What is wrong with a text that should be JSON.
package struct JSONSyntaxFailure: Error, Equatable {
    package let reason: String
    /// In bytes from the start.
    package let offset: Int

    package init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// Reads one strict JSON document: RFC 8259, UTF-8, bounded depth, no key twice in one object.
package struct JSONParser {
    package static let maximumDepth = 64

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxFailure) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw JSONSyntaxFailure(reason: "the text is not UTF-8", offset: 0)
        }
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 1)
        parser.skipBlanks()
        guard parser.peek == nil else { throw parser.failure("text follows the document") }
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func failure(_ reason: String) -> JSONSyntaxFailure {
        JSONSyntaxFailure(reason: reason, offset: offset)
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxFailure) -> JSONValue {
        skipBlanks()
        guard let byte = peek else { throw failure("the document ends too early") }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth <= Self.maximumDepth else {
                throw failure("nested deeper than \(Self.maximumDepth)")
            }
            offset += 1
            return byte == UInt8(ascii: "{") ? try object(depth: depth) : try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxFailure) -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if take("}") { return .object(members) }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw failure("a key was expected") }
            let key = try string()
            guard members[key] == nil else {
                throw failure("the key \"\(key.prefix(64))\" is there twice")
            }
            skipBlanks()
            guard take(":") else { throw failure("a colon was expected") }
            members[key] = try value(depth: depth + 1)
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw failure("a comma or a closing brace was expected") }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxFailure) -> JSONValue {
        var items: [JSONValue] = []
        skipBlanks()
        if take("]") { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipBlanks()
            if take("]") { return .array(items) }
            guard take(",") else { throw failure("a comma or a closing bracket was expected") }
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        offset += 1
        return true
    }

    private mutating func word(
        _ text: String, _ value: JSONValue
    ) throws(JSONSyntaxFailure) -> JSONValue {
        guard bytes[offset...].starts(with: text.utf8) else { throw failure("unknown word") }
        offset += text.utf8.count
        return value
    }

    private mutating func string() throws(JSONSyntaxFailure) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                offset += 1
                content += try escape()
            case 0..<0x20: throw failure("a control character stands in a string")
            default:
                content.append(byte)
                offset += 1
            }
        }
        throw failure("a string has no end")
    }

    private mutating func escape() throws(JSONSyntaxFailure) -> [UInt8] {
        guard let byte = peek else { throw failure("a string has no end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try scalar()
        default: throw failure("unknown escape")
        }
    }

    /// One `\u` escape, or two that form a surrogate pair; a lone surrogate is refused.
    private mutating func scalar() throws(JSONSyntaxFailure) -> [UInt8] {
        var code = UInt32(try fourDigits())
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw failure("a surrogate stands alone") }
            let low = UInt32(try fourDigits())
            guard (0xDC00..<0xE000).contains(low) else { throw failure("a surrogate stands alone") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("a surrogate stands alone") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func fourDigits() throws(JSONSyntaxFailure) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits were expected")
            }
            code = code << 4 | UInt16(digit)
            offset += 1
        }
        return code
    }

    private mutating func number() throws(JSONSyntaxFailure) -> JSONNumber {
        let start = offset
        _ = take("-")
        if !take("0") {
            guard skipDigits() > 0 else { throw failure("a value was expected") }
        }
        if take("."), skipDigits() == 0 { throw failure("a digit was expected") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard skipDigits() > 0 else { throw failure("a digit was expected") }
        }
        return JSONNumber(validText: String(decoding: bytes[start..<offset], as: UTF8.self))
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            offset += 1
        }
        return offset - start
    }
}
