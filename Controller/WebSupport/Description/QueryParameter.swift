/// A parameter that a route takes in its query.
package struct QueryParameter: Sendable {
    let name: String
    let form: JSONSchema
    let text: String
    let isRequired: Bool
    /// The name begins so, and ends as the caller likes.
    let prefix: String?

    package static func one(
        _ name: String, _ form: JSONSchema, _ text: String, isRequired: Bool = false
    ) -> Self {
        Self(name: name, form: form, text: text, isRequired: isRequired, prefix: nil)
    }

    package static func one(_ name: String, _ text: String) -> Self { one(name, .text, text) }

    /// May be there more than once; values are alternatives.
    package static func any(_ name: String, _ form: JSONSchema, _ text: String) -> Self {
        one(name, .list(form), text)
    }

    package static func any(_ name: String, _ text: String) -> Self { any(name, .text, text) }

    /// `PREFIX.KEY`, KEY being whatever the caller likes.
    package static func each(_ prefix: String, _ text: String) -> Self {
        Self(
            name: prefix + ".KEY", form: .text, text: text, isRequired: false,
            prefix: prefix + ".")
    }

    func admits(_ given: String) -> Bool { prefix.map { given.hasPrefix($0) } ?? (given == name) }
}

extension [QueryParameter] {
    /// Of our lists. Source: api.md §1, Paging.
    package static var paging: Self {
        let limits = Int64(PageRequest.limits.lowerBound)...Int64(PageRequest.limits.upperBound)
        let length = Int64(CursorCodec.maximumLength)
        return [
            .one("limit", .integer(limits).usually(50), "Rows of a page."),
            .one("cursor", .text(1...length), "Where the last page ended: its `next_cursor`."),
        ]
    }
}
