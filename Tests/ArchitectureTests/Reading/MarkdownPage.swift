/// The headings and links of a page; fenced blocks and code spans are passed over.
struct MarkdownPage {
    struct Link: Hashable {
        let target: String
        let line: Int
    }

    let path: String
    /// What may stand behind `#` in a link to this page, as forges make it of the headings.
    let anchors: Set<String>
    let links: [Link]

    init(path: String, _ text: String) {
        self.path = path
        var slugs: [String: Int] = [:]
        var anchors: Set<String> = []
        var links: [Link] = []
        var fence: Substring?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let trimmed = line.drop { $0 == " " }
            if let mark = fence {
                if trimmed.hasPrefix(mark) { fence = nil }
                continue
            }
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                fence = trimmed.prefix(3)
                continue
            }
            if let heading = Self.heading(trimmed) {
                let slug = Self.slug(heading)
                let seen = slugs[slug, default: 0]
                slugs[slug] = seen + 1
                anchors.insert(seen == 0 ? slug : "\(slug)-\(seen)")
            }
            links += Self.targets(in: trimmed).map { Link(target: $0, line: index + 1) }
        }
        self.anchors = anchors
        self.links = links
    }

    private static func heading(_ line: Substring) -> Substring? {
        let level = line.prefix { $0 == "#" }.count
        guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
        return line.dropFirst(level + 1)
    }

    /// Small letters, digits, `_` and `-`; spaces turn into `-`, all else is dropped.
    static func slug(_ heading: some StringProtocol) -> String {
        var slug = ""
        for character in heading.lowercased() {
            if character == " " {
                slug.append("-")
            } else if character.isLetter || character.isNumber || "_-".contains(character) {
                slug.append(character)
            }
        }
        return slug
    }

    /// What `[…](target)` and `[…]: target` point to.
    private static func targets(in line: Substring) -> [String] {
        let prose = withoutCode(line)
        var found: [String] = []
        var rest = prose[...]
        while let start = rest.firstRange(of: "](") {
            rest = rest[start.upperBound...]
            let target = rest.prefix { $0 != ")" && $0 != " " }
            found.append(String(target.filter { $0 != "<" && $0 != ">" }))
        }
        if prose.hasPrefix("["), let colon = prose.firstRange(of: "]: ") {
            let target = prose[colon.upperBound...].prefix { $0 != " " }
            found.append(String(target.filter { $0 != "<" && $0 != ">" }))
        }
        return found
    }

    private static func withoutCode(_ line: Substring) -> String {
        let pieces = line.split(separator: "`", omittingEmptySubsequences: false)
        return pieces.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
    }
}
