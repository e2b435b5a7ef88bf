/// The members of one object; each question is noted in the ledger.
struct JSONObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let pointer: String
    let ledger: FieldLedger

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { members.keys.sorted().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool {
        ledger.read(key.stringValue, at: pointer)
        return members[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let member = try member(key)
        if member.value == .null, !isOptional(type), type != JSONValue.self {
            throw missing(key)
        }
        return try member.decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        JSONValueDecoder(value: .object(members), pointer: pointer, ledger: ledger)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

    private func member(_ key: Key) throws -> JSONValueDecoder {
        ledger.read(key.stringValue, at: pointer)
        guard let value = members[key.stringValue] else { throw missing(key) }
        return JSONValueDecoder(
            value: value, pointer: JSONPointer.appending(key.stringValue, to: pointer),
            ledger: ledger)
    }

    private func isOptional(_ type: Any.Type) -> Bool { type is any ExpressibleByNilLiteral.Type }

    /// An absent field and `null` mean the same. Source: api.md §1, JSON.
    private func missing(_ key: Key) -> JSONShapeFailure {
        JSONShapeFailure(
            reason: .missingField, pointer: JSONPointer.appending(key.stringValue, to: pointer),
            message: "The field is missing.")
    }
}

/// The items of one list, read in order.
struct JSONArrayContainer: UnkeyedDecodingContainer {
    let items: [JSONValue]
    let pointer: String
    let ledger: FieldLedger
    private(set) var currentIndex = 0

    init(items: [JSONValue], pointer: String, ledger: FieldLedger) {
        self.items = items
        self.pointer = pointer
        self.ledger = ledger
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, items[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decode(type)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }

    private mutating func next() throws -> JSONValueDecoder {
        guard !isAtEnd else {
            throw JSONShapeFailure(
                reason: .missingField, pointer: "\(pointer)/\(currentIndex)",
                message: "The list is too short.")
        }
        defer { currentIndex += 1 }
        return JSONValueDecoder(
            value: items[currentIndex], pointer: "\(pointer)/\(currentIndex)", ledger: ledger)
    }
}
