/// A word of a list that may grow: the text travels, and is known or shown as it is.
package struct Word<Known: RawRepresentable & Sendable>: Hashable, Sendable, Codable
where Known.RawValue == String {
    package let text: String

    package init(_ known: Known) { text = known.rawValue }

    /// Nil for a word that this version does not know.
    package var known: Known? { Known(rawValue: text) }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
