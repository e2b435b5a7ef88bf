/// A number is trusted by whoever can look up where it comes from: what a target offers names the
/// paper, the book or the section that it follows (`Source: …` in a doc comment).
///
/// A type's source holds for its members, wherever they are; one that follows another names its
/// own.
enum SourceRules {
    private static let types: Set<String> = ["struct", "enum", "protocol", "class", "actor"]
    private static let members: Set<String> = ["func", "init"]

    /// Of files of one target, whose declarations stand as `swift format` puts them.
    static func unsourced(_ sources: [SourceText]) -> [Violation] {
        let declared = sources.flatMap(declarations)
        let sourced = Set(
            declared.filter { $0.hasSource && $0.type == nil && types.contains($0.kind) }
                .map(\.name))
        return declared.filter { declaration in
            declaration.isOffered && !declaration.hasSource
                && !sourced.contains(declaration.type ?? declaration.name)
                && !declaration.isSourcedAround
        }.map { declaration in
            Violation(
                declaration.path, line: declaration.line,
                "`\(declaration.name)` does not say where it comes from: `/// Source: …`")
        }
    }

    struct Declaration: Hashable {
        let path: String
        let line: Int
        /// `struct`, `extension`, `func` and so on.
        let kind: String
        let name: String
        /// The type at the margin that it is in; nil for what stands there itself.
        let type: String?
        let isOffered: Bool
        let hasSource: Bool
        /// The block around it has one, such as an extension.
        let isSourcedAround: Bool
    }

    static func declarations(in source: SourceText) -> [Declaration] {
        var found: [Declaration] = []
        var outer: Declaration?
        var comment: [String] = []
        for line in 1...source.lineCount {
            let text = String(decoding: source.bytes(ofLine: line), as: UTF8.self)
            let content = text.drop { $0 == " " }
            if content.hasPrefix("///") {
                comment.append(String(content))
                continue
            }
            defer { if !content.hasPrefix("@") { comment = [] } }
            let isAtMargin = content.count == text.count
            let around = isAtMargin ? nil : outer
            guard
                let declaration = declaration(
                    Array(content.split { " (:<{?".contains($0) }.prefix(6)).map(String.init),
                    comment, around, path: source.path, line: line)
            else { continue }
            if isAtMargin { outer = declaration }
            found.append(declaration)
        }
        return found
    }

    private static func declaration(
        _ words: [String], _ comment: [String], _ outer: Declaration?, path: String, line: Int
    ) -> Declaration? {
        let kinds = types.union(members).union(["extension"])
        guard let place = words.firstIndex(where: kinds.contains),
            words[..<place].allSatisfy(modifiers.contains)
        else { return nil }
        let kind = words[place]
        let name = kind == "init" || place + 1 == words.count ? kind : words[place + 1]
        let isMember = members.contains(kind)
        return Declaration(
            path: path, line: line, kind: kind, name: name, type: outer?.name,
            isOffered: words[..<place].contains("package") && (isMember || outer == nil),
            hasSource: comment.contains { $0.contains("Source: ") },
            isSourcedAround: outer?.hasSource ?? false)
    }

    private static let modifiers: Set<String> = [
        "package", "private", "fileprivate", "static", "mutating", "final", "indirect", "consuming",
        "borrowing",
    ]
}
