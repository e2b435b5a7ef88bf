/// One value of a document.
package struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    var kind: JSONKind { node.kind }
    package var isNull: Bool { kind == .null }
    package var isArray: Bool { kind == .array }
    package var isObject: Bool { kind == .object }

    /// Elements or members, repeated keys counted each.
    package var count: Int { kind.isContainer ? node.extent : 0 }

    /// The value of a member; of a repeated key the last, as most readers have it.
    package subscript(key: StaticString) -> JSONValue? {
        guard isObject else { return nil }
        var found: Int?
        var place = index + 2
        let end = document.next(index)
        while place < end {
            if isKey(document.nodes[place], key) { found = place + 1 }
            place = document.next(place + 1)
        }
        return found.map { JSONValue(document: document, index: $0) }
    }

    /// The value of a member whose name is known only when running; of a repeated one the last.
    subscript(named name: String) -> JSONValue? {
        var found: JSONValue?
        forEachMember { key, value in
            if key.string == name { found = value }
        }
        return found
    }

    package var string: String? {
        switch kind {
        case .string: String(decoding: raw, as: UTF8.self)
        case .escapedString: JSONEscape.decode(raw)
        default: nil
        }
    }

    /// A number, a bare non-finite token included.
    package var double: Double? {
        switch kind {
        case .number: number?.double
        case .notANumber: .nan
        case .infinity: .infinity
        case .minusInfinity: -.infinity
        default: nil
        }
    }

    /// Whether this is a number, a bare non-finite token included.
    var isNumber: Bool {
        switch kind {
        case .number, .notANumber, .infinity, .minusInfinity: true
        default: false
        }
    }

    /// A number literal with its exact integer.
    package var number: JSONNumber? {
        guard kind == .number else { return nil }
        let bytes = document.bytes
        let literal = bytes.span.extracting(range)
        return JSONNumber(literal: literal)
    }

    var isText: Bool { kind == .string || kind == .escapedString }

    /// Nil for anything but `true` and `false`.
    package var bool: Bool? {
        switch kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    /// Whether this is the word `true`.
    var isTrue: Bool { kind == .yes }

    /// The elements of an array, none of anything else.
    package var elements: JSONElements {
        guard isArray else { return .none }
        return JSONElements(document: document, place: index + 2, end: document.next(index))
    }

    /// The members of an object by key; a repeated key keeps its first place and its last value.
    var members: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = []
        members.reserveCapacity(count)
        var places: [String: Int] = [:]
        let isSmall = count <= 16
        forEachMember { name, value in
            guard let key = name.string else { return }
            // A few keys are compared sooner than hashed.
            let known = isSmall ? members.firstIndex { $0.key == key } : places[key]
            if let known {
                members[known].value = value
            } else {
                if !isSmall { places[key] = members.count }
                members.append((key, value))
            }
        }
        return members
    }

    /// Hands over each member, repeated keys too.
    package func forEachMember(_ body: (_ key: JSONValue, _ value: JSONValue) -> Void) {
        guard isObject else { return }
        var place = index + 2
        let end = document.next(index)
        while place < end {
            body(
                JSONValue(document: document, index: place),
                JSONValue(document: document, index: place + 1))
            place = document.next(place + 1)
        }
    }

    /// The characters of a scalar, without quotes.
    var raw: ArraySlice<UInt8> { document.bytes[range] }

    private var range: Range<Int> { document.range(of: node) }

    /// Whether this is this text.
    func isText(_ text: StaticString) -> Bool { isKey(node, text) }

    private func isKey(_ name: JSONNode, _ key: StaticString) -> Bool {
        if name.kind == .escapedString {
            return JSONEscape.decode(document.bytes[document.range(of: name)]) == key.description
        }
        guard name.kind == .string, name.extent == key.utf8CodeUnitCount else { return false }
        for place in 0..<key.utf8CodeUnitCount
        where document.bytes[name.place + place] != key.utf8Start[place] {
            return false
        }
        return true
    }
}

/// The elements of an array, in order.
package struct JSONElements: Sequence, IteratorProtocol {
    fileprivate let document: JSONDocument?
    fileprivate var place: Int
    fileprivate let end: Int

    /// No elements.
    static var none: JSONElements { JSONElements(document: nil, place: 0, end: 0) }

    package mutating func next() -> JSONValue? {
        guard place < end, let document else { return nil }
        let value = JSONValue(document: document, index: place)
        place = document.next(place)
        return value
    }
}

extension JSONValue {
    /// The value as JSON without white space and with sorted keys; of a string its text.
    /// Recursion is bounded by the depth that the scanner allowed.
    package var parameterText: String { string ?? compact }

    private var compact: String {
        switch kind {
        case .array: "[" + elements.map(\.compact).joined(separator: ",") + "]"
        case .object:
            "{"
                + members.sorted { $0.key < $1.key }
                .map { JSONText.quoted($0.key) + ":" + $0.value.compact }
                .joined(separator: ",") + "}"
        case .string, .escapedString: JSONText.quoted(string ?? "")
        default: String(decoding: raw, as: UTF8.self)
        }
    }

    /// The members of an object as benchmark parameters; none of anything else.
    var parameters: [String: String] {
        var parameters: [String: String] = [:]
        for (key, value) in members { parameters[key] = value.parameterText }
        return parameters
    }
}
