/// Splits a command by POSIX quoting, and finds whether a shell is needed to understand it.
/// Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.
struct ShellScanner {
    struct Found {
        var words: [Template] = []
        /// The whole text with the quoting around each placeholder.
        var pieces: [ShellScript.Piece] = []
        var needsShell = false
    }

    private enum Mark {
        case character(Unicode.Scalar)
        case placeholder(Placeholder)
    }

    private let marks: [Mark]
    private var index = 0
    private var quoting = ShellScript.Quoting.none
    private var word: [Template.Segment] = []
    /// Text after the last placeholder of the word, and of the whole command.
    private var wordText = String.UnicodeScalarView()
    private var pieceText = String.UnicodeScalarView()
    private var isInWord = false
    private var found = Found()

    init(_ template: Template) {
        marks = template.segments.flatMap { segment -> [Mark] in
            switch segment {
            case .text(let text): text.unicodeScalars.map { .character($0) }
            case .placeholder(let placeholder): [.placeholder(placeholder)]
            }
        }
    }

    mutating func scan() throws(TextFault) -> Found {
        while index < marks.count {
            switch marks[index] {
            case .placeholder(let placeholder):
                endPiece()
                found.pieces.append(.placeholder(placeholder, quoting))
                endSegment()
                word.append(.placeholder(placeholder))
                isInWord = true
                index += 1
            case .character(let character):
                keep(character)
                index += 1
                step(character)
            }
        }
        guard quoting == .none else {
            throw TextFault(.badCommand, "has a quote that is not closed")
        }
        endWord()
        endPiece()
        return found
    }

    private mutating func step(_ character: Unicode.Scalar) {
        switch quoting {
        case .single:
            if character == "'" { quoting = .none } else { append(character) }
        case .double: stepInDouble(character)
        case .none: stepOutside(character)
        }
    }

    private mutating func stepInDouble(_ character: Unicode.Scalar) {
        switch character {
        case "\"": quoting = .none
        case "$", "`":
            found.needsShell = true
            append(character)
        case "\\":
            guard let next = nextCharacter, Self.escapedInDouble.contains(next) else {
                append(character)
                return
            }
            keep(next)
            index += 1
            if next != "\n" { append(next) }
        default: append(character)
        }
    }

    private mutating func stepOutside(_ character: Unicode.Scalar) {
        switch character {
        case "'", "\"":
            quoting = character == "'" ? .single : .double
            isInWord = true
        case "\\": escape()
        case " ", "\t": endWord()
        case "\n", "\r":
            // A line break at the end is only how the text was written.
            if !isRestBlank && !(found.words.isEmpty && !isInWord) { found.needsShell = true }
            endWord()
        case "#", "~":
            if !isInWord { found.needsShell = true }
            append(character)
        case "=":
            // An assignment in front of a command is the shell's work.
            if found.words.isEmpty && isAssignment { found.needsShell = true }
            append(character)
        case "!":
            if found.words.isEmpty && !isInWord { found.needsShell = true }
            append(character)
        default:
            if Self.shellCharacters.contains(character) { found.needsShell = true }
            append(character)
        }
    }

    /// Outside quotes a backslash keeps the next character; before a line break both vanish.
    private mutating func escape() {
        guard index < marks.count else {
            append("\\")
            return
        }
        guard let next = nextCharacter else {
            append("\\")
            return
        }
        keep(next)
        index += 1
        if next != "\n" { append(next) }
    }

    private static let escapedInDouble: Set<Unicode.Scalar> = ["$", "`", "\"", "\\", "\n"]

    private static let shellCharacters: Set<Unicode.Scalar> = [
        "|", "&", ";", "<", ">", "(", ")", "$", "`", "*", "?", "[",
    ]
}

extension ShellScanner {
    private var nextCharacter: Unicode.Scalar? {
        guard index < marks.count, case .character(let next) = marks[index] else { return nil }
        return next
    }

    private var isRestBlank: Bool {
        marks[index...].allSatisfy { mark in
            if case .character(let character) = mark {
                character.properties.isWhitespace
            } else {
                false
            }
        }
    }

    /// Whether the word so far could be the name of a variable.
    private var isAssignment: Bool {
        let name = String(wordText)
        return word.isEmpty && name.utf8.first.map { !(0x30...0x39).contains($0) } == true
            && name.utf8.allSatisfy { PlainText.isLetterOrDigit($0) || $0 == 0x5F }
    }

    private mutating func append(_ character: Unicode.Scalar) {
        isInWord = true
        wordText.append(character)
    }

    /// The written text, for the script.
    private mutating func keep(_ character: Unicode.Scalar) {
        pieceText.append(character)
    }

    private mutating func endSegment() {
        guard !wordText.isEmpty else { return }
        word.append(.text(String(wordText)))
        wordText = String.UnicodeScalarView()
    }

    private mutating func endPiece() {
        guard !pieceText.isEmpty else { return }
        found.pieces.append(.text(String(pieceText)))
        pieceText = String.UnicodeScalarView()
    }

    private mutating func endWord() {
        endSegment()
        if isInWord { found.words.append(Template(segments: word)) }
        word = []
        isInWord = false
    }
}
