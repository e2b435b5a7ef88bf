/// A place in a line that moves from left to right; every step is linear in what it passes.
struct TextCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }
    init(_ text: String) { rest = Array(text.utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var text: String { String(decoding: rest, as: UTF8.self) }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Passes these bytes if they are next.
    mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard rest.count >= length else { return false }
        var place = rest.startIndex
        for index in 0..<length {
            guard rest[place] == word.utf8Start[index] else { return false }
            place += 1
        }
        rest = rest[place...]
        return true
    }

    /// - Returns: how many bytes of white space were passed.
    @discardableResult
    mutating func skipSpace() -> Int {
        let start = rest.startIndex
        rest = rest.drop(while: Self.isSpace)
        return rest.startIndex - start
    }

    /// The bytes up to white space or the end; empty at either.
    mutating func word() -> ArraySlice<UInt8> {
        prefix { !Self.isSpace($0) }
    }

    mutating func prefix(while isMeant: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let found = rest.prefix(while: isMeant)
        rest = rest[found.endIndex...]
        return found
    }

    /// Passes all up to and with the first of these words; nil and no move if it is not there.
    mutating func upTo(_ word: StaticString) -> ArraySlice<UInt8>? {
        guard let found = Self.first(word, in: rest) else { return nil }
        defer { rest = rest[(found + word.utf8CodeUnitCount)...] }
        return rest[..<found]
    }

    /// Like `upTo`, with the last of these words.
    mutating func upToLast(_ word: StaticString) -> ArraySlice<UInt8>? {
        let length = word.utf8CodeUnitCount
        guard rest.count >= length else { return nil }
        var place = rest.endIndex - length
        while place >= rest.startIndex {
            if Self.matches(word, at: place, in: rest) {
                defer { rest = rest[(place + length)...] }
                return rest[..<place]
            }
            place -= 1
        }
        return nil
    }

    func contains(_ word: StaticString) -> Bool { Self.first(word, in: rest) != nil }

    /// Cuts white space off both ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    static func string(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func first(_ word: StaticString, in bytes: ArraySlice<UInt8>) -> Int? {
        let length = word.utf8CodeUnitCount
        guard length > 0, bytes.count >= length else { return nil }
        let head = word.utf8Start[0]
        let last = bytes.endIndex - length
        var place = bytes.startIndex
        while place <= last {
            if bytes[place] == head, matches(word, at: place, in: bytes) { return place }
            place += 1
        }
        return nil
    }

    /// The words are short literals of ours, so this is bounded.
    private static func matches(
        _ word: StaticString, at place: Int, in bytes: ArraySlice<UInt8>
    ) -> Bool {
        for index in 0..<word.utf8CodeUnitCount
        where bytes[place + index] != word.utf8Start[index] {
            return false
        }
        return true
    }
}
