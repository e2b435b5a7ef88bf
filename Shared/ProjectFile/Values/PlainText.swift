/// Rules for texts that are used as they stand: names, paths, patterns.
enum PlainText {
    /// Starts with a letter or digit, then letters, digits, `.`, `_`, `-`; single blanks and `/`
    /// between words; at most 128 characters.
    static func checkName(_ text: String) throws(TextFault) {
        guard text.unicodeScalars.count <= 128 else {
            throw TextFault(.outOfRange, "must have at most 128 characters")
        }
        var betweenWords = true
        for (index, byte) in text.utf8.enumerated() {
            let isWord = isLetterOrDigit(byte)
            let isMark = byte == 0x2E || byte == 0x5F || byte == 0x2D
            let isBetween = byte == 0x20 || byte == 0x2F
            let fits = isWord || (isMark && index > 0) || (isBetween && !betweenWords)
            guard fits else { throw notAName(text) }
            betweenWords = isBetween
        }
        guard !text.isEmpty, !betweenWords else { throw notAName(text) }
    }

    /// Relative, inside the repository, no NUL. `~/` is allowed where `home` is.
    static func checkPath(_ text: String, home: Bool = false) throws(TextFault) {
        guard !text.isEmpty else { throw TextFault(.badPath, "is empty") }
        guard !text.utf8.contains(0), text.utf8.count <= 4_096 else {
            throw TextFault(.badPath, "holds a NUL or is longer than 4096 bytes")
        }
        // A placeholder in front stands for an absolute folder of the agent's choice.
        guard !text.hasPrefix("/") else {
            throw TextFault(.badPath, "must be relative: \(Quoted.text(text))")
        }
        guard home || !text.hasPrefix("~") else {
            throw TextFault(.badPath, "cannot start in a home folder: \(Quoted.text(text))")
        }
        var depth = 0
        for part in text.split(separator: "/") {
            depth += part == ".." ? -1 : (part == "." ? 0 : 1)
            guard depth >= 0, !(home && part == "..") else {
                throw TextFault(.badPath, "leaves the repository: \(Quoted.text(text))")
            }
        }
    }

    /// A glob: `*`, `**`, `?`, a leading `!`; otherwise a path.
    static func checkGlob(_ text: String) throws(TextFault) {
        let pattern = text.hasPrefix("!") ? String(text.dropFirst()) : text
        guard !pattern.isEmpty else { throw TextFault(.badPattern, "is an empty pattern") }
        guard !pattern.contains("***") else {
            throw TextFault(.badPattern, "has more than two `*` in a row: \(Quoted.text(text))")
        }
        let parts = pattern.split(separator: "/")
        for part in parts where part.contains("**") && part != "**" {
            throw TextFault(
                .badPattern, "has `**` beside other characters: \(Quoted.text(text))",
                suggestion: "`**` stands alone between two `/`")
        }
        try checkPath(pattern)
    }

    /// An environment variable that a file may set.
    static func checkVariable(_ text: String) throws(TextFault) {
        let wellFormed =
            text.utf8.first.map { isUpper($0) || $0 == 0x5F } == true
            && text.utf8.allSatisfy { isUpper($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        guard wellFormed, text.utf8.count <= 256 else {
            throw TextFault(
                .wrongValue, "is no name for a variable: capital letters, digits and `_`")
        }
        let isReserved =
            text == "LD_PRELOAD" || text == "LD_AUDIT" || text.hasPrefix("FLEETMARK_")
        guard !isReserved else {
            throw TextFault(.wrongValue, "may not be set by a project file")
        }
    }

    private static func notAName(_ text: String) -> TextFault {
        TextFault(
            .wrongValue,
            "is no name: \(Quoted.text(text)); letters, digits, `.`, `_`, `-`, single blanks and "
                + "`/` between words")
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isUpper(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
