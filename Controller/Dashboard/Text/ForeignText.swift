import Mustache

/// Text that came from outside, made fit to be shown: one line, no control characters, and no
/// character that turns the direction of what follows.
///
/// Templates put it into `<bdi>`, so that its own direction ends where it ends.
/// Source: Unicode Standard Annex 9; Boucher and Anderson 2021, "Trojan Source".
struct ForeignText: Hashable, Sendable, MustacheCustomRenderable {
    let text: String

    /// The limit is in characters; what is longer ends in an ellipsis.
    init(_ raw: String, limit: Int = 300) {
        var shown = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars.prefix(limit * 8) { shown.append(Self.shown(scalar)) }
        let text = String(shown)
        self.text = text.count > limit ? String(text.prefix(limit)) + "…" : text
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: " "
        case 0x00...0x1F, 0x7F...0x9F: "\u{FFFD}"
        // Embeddings, overrides and isolates.
        case 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
        // Tags, which are invisible.
        case 0xE0000...0xE007F: "\u{FFFD}"
        default: scalar
        }
    }

    var renderText: String { text }
    var isNull: Bool { false }
}
