/// One value of a document as the `Decoder` that a type's `init(from:)` sees.
struct JSONValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: JSONValue
    let pointer: String
    let ledger: FieldLedger

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw wrongType("an object") }
        ledger.open(pointer, members.keys)
        return KeyedDecodingContainer(
            JSONObjectContainer<Key>(members: members, pointer: pointer, ledger: ledger))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = value else { throw wrongType("a list") }
        return JSONArrayContainer(items: items, pointer: pointer, ledger: ledger)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            switch type {
            case let raw as any JSONPrimitive.Type:
                guard let value = raw.init(json: value) as? Value else {
                    throw wrongType(raw.expectation)
                }
                return value
            default: return try Value(from: self)
            }
        } catch let error as DecodingError {
            throw JSONShapeFailure(
                reason: .wrongType, pointer: pointer, message: Self.message(of: error))
        }
    }

    func decode(_ type: Bool.Type) throws -> Bool { try primitive(type) }
    func decode(_ type: String.Type) throws -> String { try primitive(type) }
    func decode(_ type: Double.Type) throws -> Double { try primitive(type) }
    func decode(_ type: Float.Type) throws -> Float { try primitive(type) }
    func decode(_ type: Int.Type) throws -> Int { try primitive(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try primitive(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try primitive(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try primitive(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try primitive(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try primitive(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try primitive(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try primitive(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try primitive(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try primitive(type) }

    private func primitive<Value: JSONPrimitive>(_ type: Value.Type) throws -> Value {
        guard let result = Value(json: value) else { throw wrongType(Value.expectation) }
        return result
    }

    private func wrongType(_ expectation: String) -> JSONShapeFailure {
        JSONShapeFailure(
            reason: .wrongType, pointer: pointer, message: "The value should be \(expectation).")
    }

    /// An initialiser of a checked type says why it refused; synthesised ones say it in English.
    private static func message(of error: DecodingError) -> String {
        switch error {
        case .dataCorrupted(let context): context.debugDescription
        default: "The value has the wrong form."
        }
    }
}

/// A type that one JSON value spells directly.
protocol JSONPrimitive: Decodable {
    static var expectation: String { get }
    init?(json: JSONValue)
}

extension Bool: JSONPrimitive {
    static var expectation: String { "true or false" }
    init?(json: JSONValue) {
        guard case .bool(let value) = json else { return nil }
        self = value
    }
}

extension String: JSONPrimitive {
    static var expectation: String { "a text" }
    init?(json: JSONValue) {
        guard case .string(let value) = json else { return nil }
        self = value
    }
}

extension Double: JSONPrimitive {
    static var expectation: String { "a finite number" }
    init?(json: JSONValue) {
        guard case .number(let number) = json, let value = number.double else { return nil }
        self = value
    }
}

extension Float: JSONPrimitive {
    static var expectation: String { "a finite number" }
    init?(json: JSONValue) {
        guard case .number(let number) = json, let value = number.double,
            Float(value).isFinite
        else { return nil }
        self = Float(value)
    }
}

extension JSONPrimitive where Self: FixedWidthInteger {
    static var expectation: String {
        Self.isSigned ? "an integer" : "an integer that is not negative"
    }
    init?(json: JSONValue) {
        guard case .number(let number) = json, let value = number.integer(Self.self) else {
            return nil
        }
        self = value
    }
}

extension Int: JSONPrimitive {}
extension Int8: JSONPrimitive {}
extension Int16: JSONPrimitive {}
extension Int32: JSONPrimitive {}
extension Int64: JSONPrimitive {}
extension UInt: JSONPrimitive {}
extension UInt8: JSONPrimitive {}
extension UInt16: JSONPrimitive {}
extension UInt32: JSONPrimitive {}
extension UInt64: JSONPrimitive {}

extension JSONValue: Decodable, JSONPrimitive {
    static var expectation: String { "a value" }
    init?(json: JSONValue) { self = json }

    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONValueDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "No JSON document."))
        }
        self = decoder.value
    }
}
