import WebSupport

extension ReceiptShape {
    /// The same form for the description of the API.
    var schema: JSONSchema {
        switch self {
        case .text: .text
        case .flag: .boolean
        case .unsigned32: .integer(0...Int64(UInt32.max))
        case .unsigned64: .integer(from: 0)
        case .signed32: .integer(Int64(Int32.min)...Int64(Int32.max))
        case .real: .number
        case .realOrNull: .number.orNull
        case .word(let words): .words(words)
        case .list(let item): .list(item.schema)
        case .map(let value): .map(value.schema)
        case .object(let fields): .body(Self.members(fields), others: .ignored)
        }
    }

    private static func members(_ fields: [ReceiptField]) -> [String: JSONSchema] {
        var members: [String: JSONSchema] = [:]
        for field in fields {
            switch field.presence {
            case .required: members[field.name] = field.shape.schema
            case .optional, .usual, .unless: members[field.name + "?"] = field.shape.schema
            }
        }
        return members
    }
}
