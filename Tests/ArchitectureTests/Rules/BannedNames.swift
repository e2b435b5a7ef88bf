/// Names that say nothing: a type or file named so has two nouns in it that wait to be found.
enum BannedNames {
    private static let suffixes = [
        "Utils", "Util", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Data", "Info",
        "Processor", "Misc",
    ]
    private static let folders: Set<String> = [
        "Utils", "Utilities", "Helpers", "Common", "Managers", "Misc", "New",
    ]
    private static let keywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    static func violations(inPath path: String) -> [Violation] {
        let parts = path.split(separator: "/").map(String.init)
        guard let file = parts.last else { return [] }
        var found = parts.dropLast().filter(folders.contains).map {
            Violation(path, "folders are named by subject, not \($0)")
        }
        let stem = String(file.prefix { $0 != "." && $0 != "+" })
        if let suffix = suffix(of: stem) {
            found.append(Violation(path, "a file's name does not end in \(suffix)"))
        }
        return found
    }

    static func violations(in source: SourceText) -> [Violation] {
        source.words.indices.dropLast().compactMap { index in
            guard keywords.contains(source.words[index].text) else { return nil }
            let name = source.words[index + 1]
            guard let suffix = suffix(of: name.text) else { return nil }
            return Violation(
                source.path, line: source.line(at: name.offset),
                "a type's name does not end in \(suffix): \(name.text)")
        }
    }

    private static func suffix(of name: String) -> String? { suffixes.first(where: name.hasSuffix) }
}
