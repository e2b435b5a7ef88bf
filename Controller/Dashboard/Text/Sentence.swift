/// The answer that a page opens with, in parts: templates set names apart and make links.
struct Sentence: Hashable, Sendable {
    private(set) var parts: [Part] = []
    /// The finding's colour: a verdict, or `failed`.
    var kind: String

    /// Exactly one of the texts is there.
    struct Part: Hashable, Sendable {
        var plain: String?
        var strong: String?
        var name: ForeignText?
        var link: Link?
    }

    struct Link: Hashable, Sendable {
        let href: String
        let label: ForeignText
    }

    init(kind: String) { self.kind = kind }

    mutating func say(_ text: String) { parts.append(Part(plain: text)) }

    mutating func stress(_ text: String) { parts.append(Part(strong: text)) }

    mutating func name(_ text: ForeignText) { parts.append(Part(name: text)) }

    mutating func link(_ label: String, to path: PagePath) { link(label, href: path.text) }

    mutating func link(_ label: String, href: String) {
        parts.append(Part(link: Link(href: href, label: ForeignText(label))))
    }

    /// All of it as one plain text.
    var text: String {
        parts.map { part in
            part.plain ?? part.strong ?? part.name?.text ?? part.link?.label.text ?? ""
        }.joined()
    }
}
