/// As much of HTML as checks of whole pages need.
struct HTML {
    let tags: [Tag]

    struct Tag: Hashable {
        let name: String
        let isEnd: Bool
        let isSelfClosing: Bool
        let attributes: [String: String]
    }

    struct Problem: Error, Hashable {
        let text: String
    }

    /// - Throws: `Problem` for a tag that is left open, or closed without having been opened.
    init(_ text: String) throws {
        var tags: [Tag] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard !rest.hasPrefix("!") else { continue }
            tags.append(try Self.tag(&rest))
        }
        self.tags = tags
        try requireBalance()
    }

    private static func tag(_ rest: inout Substring) throws -> Tag {
        let isEnd = rest.hasPrefix("/")
        if isEnd { rest.removeFirst() }
        let name = String(take(&rest) { $0.isASCII && ($0.isLetter || $0.isNumber) })
        guard !name.isEmpty else { throw Problem(text: "a bare < before \(rest.prefix(20))") }
        var attributes: [String: String] = [:]
        while true {
            _ = take(&rest) { $0.isWhitespace }
            if rest.hasPrefix("/>") {
                rest.removeFirst(2)
                return Tag(name: name, isEnd: isEnd, isSelfClosing: true, attributes: attributes)
            }
            if rest.hasPrefix(">") {
                rest.removeFirst()
                return Tag(name: name, isEnd: isEnd, isSelfClosing: false, attributes: attributes)
            }
            let attribute = String(
                take(&rest) { $0.isASCII && ($0.isLetter || $0 == "-") || $0.isNumber })
            guard !attribute.isEmpty else {
                throw Problem(text: "\(name) has \(rest.prefix(20))")
            }
            guard rest.hasPrefix("=\"") else {
                attributes[attribute] = ""
                continue
            }
            rest.removeFirst(2)
            // By scalar: a mark that combines with the quotation mark does not keep it open.
            guard let end = rest.unicodeScalars.firstIndex(of: "\"") else {
                throw Problem(text: "\(name) \(attribute) is not closed")
            }
            attributes[attribute] = String(rest.unicodeScalars[..<end])
            rest = Substring(rest.unicodeScalars[rest.unicodeScalars.index(after: end)...])
        }
    }

    private static func take(
        _ rest: inout Substring, _ isWanted: (Character) -> Bool
    ) -> Substring {
        let taken = rest.prefix(while: isWanted)
        rest = rest[taken.endIndex...]
        return taken
    }

    private func requireBalance() throws {
        let void: Set<String> = ["meta", "link", "br", "img", "input", "hr"]
        var open: [String] = []
        for tag in tags where !tag.isSelfClosing && !void.contains(tag.name) {
            guard tag.isEnd else {
                open.append(tag.name)
                continue
            }
            guard open.popLast() == tag.name else { throw Problem(text: "stray </\(tag.name)>") }
        }
        guard open.isEmpty else { throw Problem(text: "left open: \(open)") }
    }

    func values(of attribute: String) -> [String] { tags.compactMap { $0.attributes[attribute] } }
}
