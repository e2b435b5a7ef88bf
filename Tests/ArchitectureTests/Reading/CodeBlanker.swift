/// Blanks comments and the insides of strings; what is interpolated into a Swift string stays code.
///
/// Not known: regular expressions between bare slashes, which the house does not write.
struct CodeBlanker {
    private(set) var code: [UInt8]
    private(set) var comments: [Range<Int>] = []
    private let raw: [UInt8]
    private let language: SourceText.Language
    private var position = 0
    /// Whether a comment, string or quoted name may begin with the byte.
    private static let mayBegin: [Bool] = {
        let marks = Array("/\"#'`".utf8)
        return (UInt8.min...UInt8.max).map(marks.contains)
    }()

    init(raw: [UInt8], language: SourceText.Language) {
        self.raw = raw
        self.language = language
        code = raw
    }

    mutating func run() {
        let (bytes, marks) = (raw, Self.mayBegin)
        while position < bytes.count {
            if marks[Int(bytes[position])] { step() } else { position += 1 }
        }
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < raw.count ? raw[position + distance] : nil
    }

    private mutating func blank() {
        if raw[position] != Byte.newline { code[position] = Byte.space }
        position += 1
    }

    private mutating func step() {
        switch raw[position] {
        case Byte.slash where peek(1) == Byte.slash: lineComment()
        case Byte.slash where peek(1) == Byte.star: blockComment()
        case Byte.quote: string(hashes: 0)
        case Byte.hash where language == .swift: hash()
        case Byte.apostrophe where language == .c: character()
        case Byte.backtick where language == .swift: backticked()
        default: position += 1
        }
    }

    private mutating func lineComment() {
        let start = position
        while position < raw.count, raw[position] != Byte.newline {
            code[position] = Byte.space
            position += 1
        }
        comments.append(start..<position)
    }

    private mutating func blockComment() {
        let start = position
        var depth = 0
        while position < raw.count {
            if raw[position] == Byte.slash, peek(1) == Byte.star, depth == 0 || language == .swift {
                depth += 1
                blank()
            } else if raw[position] == Byte.star, peek(1) == Byte.slash {
                depth -= 1
                blank()
            }
            blank()
            if depth == 0 { break }
        }
        comments.append(start..<position)
    }

    private mutating func hash() {
        var count = 0
        while peek(count) == Byte.hash { count += 1 }
        guard peek(count) == Byte.quote else {
            position += count
            return
        }
        position += count
        string(hashes: count)
    }

    private mutating func character() {
        position += 1
        while let byte = peek(), byte != Byte.apostrophe, byte != Byte.newline {
            if byte == Byte.backslash { blank() }
            if position < raw.count { blank() }
        }
        position += 1
    }

    /// A name in backticks becomes one word.
    private mutating func backticked() {
        position += 1
        while let byte = peek(), byte != Byte.backtick, byte != Byte.newline {
            code[position] = Byte.underscore
            position += 1
        }
        position += 1
    }

    private mutating func string(hashes: Int) {
        let isLong =
            language == .swift && peek(1) == Byte.quote && peek(2) == Byte.quote
        position += isLong ? 3 : 1
        while let byte = peek() {
            if byte == Byte.newline, !isLong { return }
            if byte == Byte.quote, closes(isLong: isLong, hashes: hashes) {
                position += (isLong ? 3 : 1) + hashes
                return
            }
            if byte == Byte.backslash, isEscape(hashes: hashes) {
                escape(hashes: hashes)
            } else {
                blank()
            }
        }
    }

    private func closes(isLong: Bool, hashes: Int) -> Bool {
        let quotes = isLong ? 3 : 1
        for index in 0..<quotes where peek(index) != Byte.quote { return false }
        for index in 0..<hashes where peek(quotes + index) != Byte.hash { return false }
        return true
    }

    private func isEscape(hashes: Int) -> Bool {
        for index in 0..<hashes where peek(1 + index) != Byte.hash { return false }
        return true
    }

    private mutating func escape(hashes: Int) {
        for _ in 0...hashes { blank() }
        guard language == .swift, peek() == Byte.open else {
            if position < raw.count { blank() }
            return
        }
        interpolation()
    }

    private mutating func interpolation() {
        var depth = 0
        while let byte = peek() {
            if byte == Byte.open { depth += 1 }
            if byte == Byte.close { depth -= 1 }
            step()
            if depth == 0 { return }
        }
    }
}
