import FoundationEssentials

/// Any JSON, so that what the API sends can be passed on whole, fields of later versions too.
/// Written with keys in order of code points; `schema` and `type` go first.
enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above the range of `Int64`.
    case large(UInt64)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// A document of ours.
    static func document(_ name: String, _ members: [String: JSONTree]) -> JSONTree {
        .object(members.merging(["schema": .string("fleetmark.\(name).v1")]) { _, new in new })
    }

    /// An object with the absent members left out.
    static func members(_ members: [String: JSONTree?]) -> JSONTree {
        .object(members.compactMapValues { $0 })
    }

    subscript(key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var items: [JSONTree] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// One line.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    /// On lines of their own, for people.
    var indented: String { indented(by: 0) }

    private func indented(by depth: Int) -> String {
        let (inner, outer) = (String(repeating: "  ", count: depth + 1), depth * 2)
        let close = String(repeating: " ", count: outer)
        switch self {
        case .array(let items) where items.contains(where: { !$0.isSmall }):
            let lines = items.map { inner + $0.indented(by: depth + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(close)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { key, value in
                inner + JSONTree.string(key).text + ": " + value.indented(by: depth + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(close)}"
        default: return self.text
        }
    }

    /// Neither an array nor an object.
    private var isSmall: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .large(let value): text += "\(value)"
        case .number(let value): text += value.isFinite ? Self.literal(value) : "null"
        case .string(let value): Self.write(value, to: &text)
        case .array(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                item.write(to: &text)
            }
            text += "]"
        case .object(let members): Self.write(members, to: &text)
        }
    }

    private static func literal(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func write(_ members: [String: JSONTree], to text: inout String) {
        let first = ["schema", "type"].filter { members[$0] != nil }
        let rest = members.keys.filter { !first.contains($0) }.sorted()
        text += "{"
        for (index, key) in (first + rest).enumerated() {
            if index > 0 { text += "," }
            write(key, to: &text)
            text += ":"
            (members[key] ?? .null).write(to: &text)
        }
        text += "}"
    }

    private static func write(_ string: String, to text: inout String) {
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

extension JSONTree: Decodable {
    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let value = try? box.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? box.decode(String.self) {
            self = .string(value)
        } else if let value = try? box.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? box.decode(UInt64.self) {
            self = .large(value)
        } else if let value = try? box.decode(Double.self) {
            self = .number(value)
        } else if let value = try? box.decode([String: JSONTree].self) {
            self = .object(value)
        } else {
            self = .array(try box.decode([JSONTree].self))
        }
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
}
