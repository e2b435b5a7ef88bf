/// The form of a JSON document, in the words of JSON Schema 2020-12, which OpenAPI 3.1 speaks.
package struct JSONSchema: Sendable, Equatable {
    package let keywords: [String: JSONValue]
    /// Forms with a name of their own that the keywords refer to.
    package let definitions: [String: JSONValue]

    init(_ keywords: [String: JSONValue], _ definitions: [String: JSONValue] = [:]) {
        self.keywords = keywords
        self.definitions = definitions
    }

    /// With a form of its own in the document, so that it stands there once.
    package func named(_ name: String) -> Self {
        let reference = JSONValue.string("#/components/schemas/\(name)")
        return Self(
            ["$ref": reference],
            definitions.merging([name: .object(keywords)]) { first, _ in first })
    }

    /// The same form, or `null`.
    package var orNull: Self { .either([self, Self(["type": "null"])]) }

    package func saying(_ description: String) -> Self {
        with("description", .string(description))
    }

    package func usually(_ value: JSONValue) -> Self { with("default", value) }

    /// An object that may have members of other names, of this form.
    package func others(_ form: Self) -> Self {
        with("additionalProperties", .object(form.keywords))
    }

    private func with(_ keyword: String, _ value: JSONValue) -> Self {
        Self(keywords.merging([keyword: value]) { _, new in new }, definitions)
    }
}

extension JSONSchema {
    package static let anything = Self([:])
    package static let boolean = Self(["type": "boolean"])
    package static let number = Self(["type": "number"])
    package static let integer = Self(["type": "integer"])
    package static let text = Self(["type": "string"])
    package static let identifier = Self(["type": "string", "format": "uuid"])
    /// Microseconds since 1970.
    package static let time = Self(["type": "integer", "format": "int64"])
    package static let dateTime = Self(["type": "string", "format": "date-time"])
    /// Any bytes.
    package static let bytes = Self([
        "type": "string", "contentMediaType": "application/octet-stream",
    ])
    package static let commit = text(matching: "^([0-9a-f]{40}|[0-9a-f]{64})$")

    package static func integer(_ range: ClosedRange<Int64>) -> Self {
        Self([
            "type": "integer", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ])
    }

    package static func integer(from least: Int64) -> Self {
        Self(["type": "integer", "minimum": .integer(least)])
    }

    /// Lengths are in characters.
    package static func text(_ lengths: ClosedRange<Int64>) -> Self {
        Self([
            "type": "string", "minLength": .integer(lengths.lowerBound),
            "maxLength": .integer(lengths.upperBound),
        ])
    }

    package static func text(matching pattern: String) -> Self {
        Self(["type": "string", "pattern": .string(pattern)])
    }

    package static func words(_ words: [String]) -> Self {
        Self(["type": "string", "enum": .array(words.map { .string($0) })])
    }

    package static func words<Word: RawRepresentable<String> & CaseIterable>(
        _ type: Word.Type
    ) -> Self {
        words(type.allCases.map(\.rawValue))
    }

    package static func list(_ item: Self, most: Int64? = nil) -> Self {
        var keywords: [String: JSONValue] = ["type": "array", "items": .object(item.keywords)]
        keywords["maxItems"] = most.map { .integer($0) }
        return Self(keywords, item.definitions)
    }

    /// Members of any name.
    package static func map(_ value: Self) -> Self {
        Self(
            ["type": "object", "additionalProperties": .object(value.keywords)],
            value.definitions)
    }

    package static func either(_ forms: [Self]) -> Self {
        Self(
            ["anyOf": .array(forms.map { .object($0.keywords) })],
            forms.reduce(into: [:]) { $0.merge($1.definitions) { first, _ in first } })
    }

    /// What we send: a name with `?` behind it may be absent. Others may be added later.
    package static func object(_ members: [String: Self]) -> Self {
        object(members, others: nil) { $0 }
    }

    /// What we take: `null` is as good as absent. On our own routes no others are taken.
    package static func body(
        _ members: [String: Self], others: UnknownFields = .refused
    ) -> Self {
        object(members, others: others) { $0.orNull }
    }

    private static func object(
        _ members: [String: Self], others: UnknownFields?, _ optional: (Self) -> Self
    ) -> Self {
        var properties: [String: JSONValue] = [:]
        var required: [String] = []
        for (name, form) in members {
            if name.hasSuffix("?") {
                properties[String(name.dropLast())] = .object(optional(form).keywords)
            } else {
                properties[name] = .object(form.keywords)
                required.append(name)
            }
        }
        var keywords: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty {
            keywords["required"] = .array(required.sorted().map { .string($0) })
        }
        if others == .refused { keywords["additionalProperties"] = false }
        return Self(
            keywords,
            members.values.reduce(into: [:]) { $0.merge($1.definitions) { first, _ in first } })
    }

    /// A list's reply.
    package static func page(_ item: Self) -> Self {
        .object(["items": .list(item), "next_cursor": .text.orNull])
    }

    /// What every refusal says, in two envelopes around the same facts.
    static let refusal: Self = {
        let details = Self.object(["reason": .words(Reason.self)]).others(.anything)
        return Self.object([
            "code": .text, "message": .text, "details": details,
            "error": .object([
                "code": .text, "message": .text, "details": details, "request_id": .text,
            ]),
        ]).named("Refusal")
    }()
}
