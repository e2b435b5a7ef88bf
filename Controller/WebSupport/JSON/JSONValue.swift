package import Hummingbird
import NIOCore

/// A parsed JSON document; numbers keep their text, so no integer passes through a double.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package static func integer(_ value: some BinaryInteger) -> Self {
        .number(JSONNumber(validText: "\(value)"))
    }

    /// The shortest text that reads back as the same double; null for what is not finite, since
    /// NaN and infinities never travel.
    package static func real(_ value: Double) -> Self {
        value.isFinite ? .number(JSONNumber(validText: "\(value)")) : .null
    }

    /// An object without the members that are absent.
    package static func members(_ members: [String: JSONValue?]) -> Self {
        .object(members.compactMapValues { $0 })
    }

    /// The document as compact JSON with sorted keys.
    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let value): Self.write(string: value, to: &text)
        case .array(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                item.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, key) in members.keys.sorted().enumerated() {
                if index > 0 { text += "," }
                Self.write(string: key, to: &text)
                text += ":"
                members[key]?.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ResponseGenerator {
    package func response(from request: Request, context: some RequestContext) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// The text of a JSON number, known to follow the grammar of RFC 8259 §6.
package struct JSONNumber: Sendable, Equatable {
    package let text: String

    init(validText: String) { text = validText }

    /// Exact; nil for a fraction, an exponent or a value out of the type's range.
    package func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        Value(text)
    }

    /// Nil when the value is too large for a double.
    package var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
