import HTTPTypes
package import Hummingbird

/// A strong validator of one object's state. Source: api.md §1, Editing; RFC 9110 §8.8.3.
package struct EntityTag: Hashable, Sendable {
    /// With its quotes.
    package let text: String

    /// Of an editable object.
    package static func version(_ number: Int64) -> Self { Self(text: "\"v\(number)\"") }

    /// Of an immutable object.
    package static func digest(sha256 hex: String) -> Self { Self(text: "\"sha256:\(hex)\"") }

    private init(text: String) { self.text = text }
}

extension Request {
    /// Whether the caller already has this state, so that 304 suffices (weak comparison).
    package func alreadyHas(_ tag: EntityTag) -> Bool {
        tags(in: .ifNoneMatch).contains { $0 == "*" || $0 == tag.text || $0 == "W/" + tag.text }
    }

    /// Lets an edit pass only on the state that the caller saw: else 428 or 412.
    package func requireMatch(_ tag: EntityTag) throws(APIError) {
        let wanted = tags(in: .ifMatch)
        guard !wanted.isEmpty else {
            throw APIError(.ifMatchRequired, "The call needs an If-Match header.")
        }
        guard wanted.contains(where: { $0 == "*" || $0 == tag.text }) else {
            throw APIError(
                .versionMismatch, "The object was changed in the meantime.",
                details: ["current_etag": .string(tag.text)])
        }
    }

    private func tags(in name: HTTPField.Name) -> [String] {
        var tags: [String] = []
        for field in headers[values: name] {
            for part in field.split(separator: ",") {
                tags.append(part.filter { $0 != " " && $0 != "\t" })
            }
        }
        return tags
    }
}
