/// What becomes of fields that a type does not ask for.
package enum UnknownFields: Sendable {
    /// Our public routes: 422 `unknown_field`.
    case refused
    /// The agents' routes and perfgate's: both sides may grow.
    case ignored
}

/// What is wrong with well-formed JSON of the wrong shape.
package struct JSONShapeFailure: Error, Equatable {
    package let reason: Reason
    /// RFC 6901.
    package let pointer: String
    package let message: String

    package init(reason: Reason, pointer: String, message: String) {
        self.reason = reason
        self.pointer = pointer
        self.message = message
    }
}

/// Decodes a JSON document into a type and notes which fields the type asked for.
///
/// Unlike Foundation's decoder it keeps integers exact, refuses a fraction where an integer is
/// due, and finds fields that nobody read, at any depth.
package enum JSONReader {
    package static func read<Value: Decodable>(
        _ type: Value.Type, from document: JSONValue, unknownFields: UnknownFields
    ) throws -> Value {
        let ledger = FieldLedger()
        let value = try JSONValueDecoder(value: document, pointer: "", ledger: ledger)
            .decode(type)
        if unknownFields == .refused, let pointer = ledger.firstUnread {
            throw JSONShapeFailure(
                reason: .unknownField, pointer: pointer, message: "The field is not known here.")
        }
        return value
    }
}

/// The fields of the objects that were opened, and those of them that were asked for.
///
/// Lives inside one synchronous decoding call, so it needs no lock.
final class FieldLedger {
    private var present: [String: Set<String>] = [:]
    private var read: [String: Set<String>] = [:]

    func open(_ pointer: String, _ keys: some Sequence<String>) {
        present[pointer, default: []].formUnion(keys)
    }

    func read(_ key: String, at pointer: String) {
        read[pointer, default: []].insert(key)
    }

    /// The pointer of the first field, in the order of pointers, that nobody asked for.
    var firstUnread: String? {
        for pointer in present.keys.sorted() {
            let unread = present[pointer, default: []].subtracting(read[pointer, default: []])
            if let key = unread.min() { return JSONPointer.appending(key, to: pointer) }
        }
        return nil
    }
}

/// Texts of RFC 6901.
package enum JSONPointer {
    package static func appending(_ key: String, to pointer: String) -> String {
        var escaped = ""
        for character in key.prefix(128) {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.append(character)
            }
        }
        return pointer + "/" + escaped
    }
}
