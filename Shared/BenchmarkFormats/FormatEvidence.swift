/// What detection goes by: the outermost shape of the content.
enum FormatEvidence {
    /// One JSON object.
    case object(JSONValue)
    /// One JSON array and its first element.
    case array(first: JSONValue?)
    /// JSON objects, one a line: the first of them.
    case lines(first: JSONValue)

    /// The document, if it is one object that has all these members.
    func object(with keys: StaticString...) -> JSONValue? {
        guard case .object(let root) = self else { return nil }
        return keys.allSatisfy { root[$0] != nil } ? root : nil
    }

    /// The first object of an array, if it has all these members.
    func firstElement(with keys: StaticString...) -> JSONValue? {
        guard case .array(let first?) = self, first.isObject else { return nil }
        return keys.allSatisfy { first[$0] != nil } ? first : nil
    }

    /// The first line, if it has all these members.
    func firstLine(with keys: StaticString...) -> JSONValue? {
        guard case .lines(let first) = self else { return nil }
        return keys.allSatisfy { first[$0] != nil } ? first : nil
    }
}

/// What a format reads from.
struct FormatInput {
    let text: DecodedText
    let limits: ParseLimits
    let deadline: ParseDeadline
    /// The whole text as one document, if detection has read it already.
    var parsed: JSONDocument?

    init(text: DecodedText, limits: ParseLimits, deadline: ParseDeadline) {
        self.text = text
        self.limits = limits
        self.deadline = deadline
    }

    /// The whole text as one JSON document.
    func document() throws(ParseRefusal) -> JSONDocument {
        if let parsed { return parsed }
        do throws(JSONFailure) {
            return try document(in: text.range)
        } catch {
            throw ParseRefusal(error, in: text)
        }
    }

    /// The whole text as one JSON object.
    func object() throws(ParseRefusal) -> JSONValue {
        let root = try document().root
        guard root.isObject else {
            throw ParseRefusal(.schemaMismatch, "the document is not an object")
        }
        return root
    }

    /// One document that fills `range`, such as a line.
    func document(in range: Range<Int>) throws(JSONFailure) -> JSONDocument {
        try JSONDocument(text.bytes, range, limits: limits, deadline: deadline)
    }
}
