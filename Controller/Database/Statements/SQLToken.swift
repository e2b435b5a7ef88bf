/// One token of SQL text, as far as our own checks must tell tokens apart.
package struct SQLToken: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A keyword, name or number.
        case word
        /// `'…'` or `"…"`, with its quotes; also one that never ends.
        case quoted
        case comment
        /// `$n`; nil for `$` before anything but a number from 1 to 65,535.
        case placeholder(Int?)
        case semicolon
        case questionMark
        /// Any other single byte but white space.
        case symbol
    }

    package let kind: Kind
    /// Where it stands in the text's UTF-8 bytes.
    package let range: Range<Int>
}

/// Splits SQL text into tokens; white space is left out. Accepts any bytes.
package struct SQLScanner {
    private let bytes: [UInt8]
    private var position = 0

    package static func tokens(of bytes: [UInt8]) -> [SQLToken] {
        var scanner = SQLScanner(bytes: bytes)
        var tokens: [SQLToken] = []
        while let token = scanner.next() { tokens.append(token) }
        return tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func next() -> SQLToken? {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        let kind = scanToken()
        return SQLToken(kind: kind, range: start..<position)
    }

    private mutating func scanToken() -> SQLToken.Kind {
        let byte = bytes[position]
        if Self.isWord(byte), byte != UInt8(ascii: "$") {
            skip(while: Self.isWord)
            return .word
        }
        switch (byte, peek(1)) {
        case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _):
            skipQuoted(by: byte)
            return .quoted
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            skip { $0 != UInt8(ascii: "\n") }
            return .comment
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            skipBlockComment()
            return .comment
        case (UInt8(ascii: "$"), _):
            return scanPlaceholder()
        default:
            position += 1
            if byte == UInt8(ascii: ";") { return .semicolon }
            return byte == UInt8(ascii: "?") ? .questionMark : .symbol
        }
    }

    private mutating func scanPlaceholder() -> SQLToken.Kind {
        position += 1
        let start = position
        skip(while: Self.isWord)
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let number = UInt16(digits), number > 0, !digits.hasPrefix("+"),
            !digits.hasPrefix("0")
        else { return .placeholder(nil) }
        return .placeholder(Int(number))
    }

    /// A doubled quote needs no care: it reads as two quoted tokens side by side.
    private mutating func skipQuoted(by quote: UInt8) {
        position += 1
        skip { $0 != quote }
        position = min(position + 1, bytes.count)
    }

    private mutating func skipBlockComment() {
        position = min(position + 2, bytes.count)
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
    }

    private mutating func skip(while belongs: (UInt8) -> Bool) {
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
    }

    private func peek(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"),
            0x80...0xFF:
            true
        default: false
        }
    }
}
