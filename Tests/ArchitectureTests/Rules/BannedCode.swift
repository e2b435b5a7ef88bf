/// Words and marks that the house does not write.
enum BannedCode {
    private static let declarations: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "func", "var", "let", "init", "import",
        "typealias", "static", "final", "extension", "subscript", "mutating", "nonisolated",
        "consuming", "borrowing", "indirect", "override", "convenience", "required", "set",
    ]

    private static let watched: Set<String> = [
        "detached", "public", "open", "unchecked", "unsafe",
    ]

    /// Traps, in code that is delivered.
    static func traps(in source: SourceText) -> [Violation] {
        var found: [Violation] = []
        for word in source.words where word.text == "fatalError" {
            found.append(complaint(source, word.offset, "`fatalError` ends the program"))
        }
        let code = source.code
        var offset = 1
        while offset < code.count {
            if code[offset] == Byte.bang, isForced(code, at: offset) {
                found.append(complaint(source, offset, "`!` traps: `guard let`, or throw"))
            }
            offset += 1
        }
        return found
    }

    /// Concurrency and access that no file may write, tests included.
    static func habits(in source: SourceText) -> [Violation] {
        var found: [Violation] = []
        for (index, word) in source.words.enumerated() {
            guard watched.contains(word.text) else { continue }
            let before = index > 0 ? source.words[index - 1].text : ""
            let after = next(to: word, at: index, in: source)
            switch word.text {
            case "detached" where before == "Task":
                found.append(complaint(source, word.offset, "`Task.detached` has no owner"))
            case "public" where declarations.contains(after) && !isProduct(source),
                "open" where after == "class" || after == "func":
                found.append(complaint(source, word.offset, "`\(word.text)`: `package` is widest"))
            case "unchecked" where after == "Sendable" && !isExplained(source, word.offset):
                found.append(
                    complaint(source, word.offset, "`@unchecked Sendable` without its reason"))
            case "unsafe" where before == "nonisolated" && !isExplained(source, word.offset):
                found.append(
                    complaint(source, word.offset, "`nonisolated(unsafe)` without its reason"))
            default: break
            }
        }
        return found
    }

    /// Notes to oneself that name no issue.
    static func loosePlans(in source: SourceText) -> [Violation] {
        source.commentLines.sorted().compactMap { line in
            let words = String(decoding: source.bytes(ofLine: line), as: UTF8.self)
                .split { !$0.isLetter && !$0.isNumber && $0 != "#" }
            guard words.contains(where: { ["TODO", "FIXME", "XXX"].contains($0) }),
                !words.contains(where: { $0.first == "#" && $0.dropFirst().allSatisfy(\.isNumber) })
            else { return nil }
            return Violation(source.path, line: line, "a plan names its issue, as `#12`")
        }
    }

    /// The word that follows with nothing but blanks between, or nothing.
    private static func next(
        to word: SourceText.Word, at index: Int, in source: SourceText
    ) -> String {
        guard index + 1 < source.words.count else { return "" }
        let next = source.words[index + 1]
        let between = source.code[(word.offset + word.text.utf8.count)..<next.offset]
        return between.allSatisfy { $0 == Byte.space } ? next.text : ""
    }

    /// A `!` behind a value, and not the beginning of `!=`.
    private static func isForced(_ code: [UInt8], at offset: Int) -> Bool {
        let before = code[offset - 1]
        let after = offset + 1 < code.count ? code[offset + 1] : Byte.newline
        let endsValue =
            Byte.isWord(before) || before == Byte.close || before == Byte.closeBracket
            || before == Byte.closeBrace || before == Byte.quote || before == Byte.backtick
        return endsValue && after != Byte.equals
    }

    /// The one room that other packages may use.
    private static func isProduct(_ source: SourceText) -> Bool {
        source.path.hasPrefix("Controller/FleetmarkController/")
    }

    /// A comment in the same line, or one that ends in the line above.
    private static func isExplained(_ source: SourceText, _ offset: Int) -> Bool {
        let line = source.line(at: offset)
        return source.commentLines.contains(line) || source.commentLines.contains(line - 1)
    }

    private static func complaint(
        _ source: SourceText, _ offset: Int, _ reason: String
    ) -> Violation {
        Violation(source.path, line: source.line(at: offset), reason)
    }
}
