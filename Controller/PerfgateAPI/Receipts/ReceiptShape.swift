import FleetModel
import WebSupport

/// The form of a JSON document from a client: what must be there, of which type, in which order.
///
/// Source: perfgate contract, §5 and §7.2.
indirect enum ReceiptShape: Sendable {
    case text
    case flag
    /// An integer of a type that the shape names.
    case unsigned32, unsigned64, signed32
    case real
    /// A real that may be null where it is there.
    case realOrNull
    /// One of the words.
    case word([String])
    case list(ReceiptShape)
    /// Members of any names.
    case map(ReceiptShape)
    case object([ReceiptField])
}

/// One member of an object.
struct ReceiptField: Sendable {
    enum Presence: Sendable {
        case required
        /// Left out where it is absent, null, or an empty list or map.
        case optional
        /// Written as this text where it is absent.
        case usual(String)
        /// Left out where it is absent or has this text.
        case unless(String)
    }

    let name: String
    let shape: ReceiptShape
    let presence: Presence

    static func needed(_ name: String, _ shape: ReceiptShape) -> Self {
        Self(name: name, shape: shape, presence: .required)
    }

    static func maybe(_ name: String, _ shape: ReceiptShape) -> Self {
        Self(name: name, shape: shape, presence: .optional)
    }
}

extension ReceiptShape {
    /// The document as compact JSON: only the members of the shape, in their order, so that equal
    /// receipts have equal texts.
    /// - Throws: what does not fit, with its pointer.
    func canonical(
        _ value: JSONValue, at pointer: String = ""
    ) throws(JSONShapeFailure) -> String {
        switch (self, value) {
        case (.text, .string(let text)): return CanonicalText.quoted(text)
        case (.flag, .bool(let flag)): return flag ? "true" : "false"
        case (.realOrNull, .null): return "null"
        case (.real, .number(let number)), (.realOrNull, .number(let number)):
            if let value = number.double { return CanonicalNumber.text(value) }
        case (.unsigned32, .number(let number)):
            if let value = number.integer(UInt32.self) { return "\(value)" }
        case (.unsigned64, .number(let number)):
            if let value = number.integer(UInt64.self) { return "\(value)" }
        case (.signed32, .number(let number)):
            if let value = number.integer(Int32.self) { return "\(value)" }
        case (.word(let words), .string(let text)):
            if words.contains(text) { return CanonicalText.quoted(text) }
        case (.list(let shape), .array(let items)):
            return try Self.list(items, shape, at: pointer)
        case (.map(let shape), .object(let members)):
            return try Self.map(members, shape, at: pointer)
        case (.object(let fields), .object(let members)):
            return try Self.object(members, fields, at: pointer)
        default: break
        }
        throw JSONShapeFailure(
            reason: .wrongType, pointer: pointer, message: "The value should be \(expectation).")
    }

    private static func list(
        _ items: [JSONValue], _ shape: ReceiptShape, at pointer: String
    ) throws(JSONShapeFailure) -> String {
        var text = "["
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            text += try shape.canonical(item, at: "\(pointer)/\(index)")
        }
        return text + "]"
    }

    private static func map(
        _ members: [String: JSONValue], _ shape: ReceiptShape, at pointer: String
    ) throws(JSONShapeFailure) -> String {
        var parts: [String] = []
        for key in members.keys.sorted() {
            let value = try shape.canonical(
                members[key] ?? .null, at: JSONPointer.appending(key, to: pointer))
            parts.append(CanonicalText.quoted(key) + ":" + value)
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func object(
        _ members: [String: JSONValue], _ fields: [ReceiptField], at pointer: String
    ) throws(JSONShapeFailure) -> String {
        var parts: [String] = []
        for field in fields {
            let place = JSONPointer.appending(field.name, to: pointer)
            if let text = try member(members[field.name] ?? .null, field, at: place) {
                parts.append("\"\(field.name)\":\(text)")
            }
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    /// Nil for one that is left out.
    private static func member(
        _ value: JSONValue, _ field: ReceiptField, at pointer: String
    ) throws(JSONShapeFailure) -> String? {
        if value == .null, !field.shape.admitsNull {
            switch field.presence {
            case .required:
                throw JSONShapeFailure(
                    reason: .missingField, pointer: pointer, message: "The field is missing.")
            case .optional, .unless: return nil
            case .usual(let text): return text
            }
        }
        let text = try field.shape.canonical(value, at: pointer)
        switch field.presence {
        case .optional where text == "[]" || text == "{}": return nil
        case .unless(let usual) where text == usual: return nil
        default: return text
        }
    }

    private var admitsNull: Bool {
        if case .realOrNull = self { return true }
        return false
    }

    private var expectation: String {
        switch self {
        case .text: "a text"
        case .flag: "true or false"
        case .unsigned32, .unsigned64: "an integer that is not negative"
        case .signed32: "an integer"
        case .real, .realOrNull: "a finite number"
        case .word(let words): words.joined(separator: ", ")
        case .list: "a list"
        case .map, .object: "an object"
        }
    }
}
