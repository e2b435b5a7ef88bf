/// A source file, and the same bytes with comments and the insides of strings blanked out, so that
/// a rule about code is not misled by prose.
struct SourceText {
    enum Language {
        case swift, c
    }

    /// Relative to the root of the repository, such as `Shared/FleetModel/Identity/Fence.swift`.
    let path: String
    let raw: [UInt8]
    /// As long as `raw`, with the same line breaks; quotation marks stay.
    let code: [UInt8]
    /// Where each line begins, the first at 0.
    let lineStarts: [Int]
    /// Lines that hold a comment or a part of one, counted from 1.
    let commentLines: Set<Int>
    /// The words of the code, in order.
    let words: [Word]

    struct Word: Hashable {
        let text: String
        /// Where it begins, in bytes.
        let offset: Int
    }

    init(path: String, raw: [UInt8], language: Language) {
        self.path = path
        self.raw = raw
        var starts = [0]
        for index in raw.indices where raw[index] == Byte.newline { starts.append(index + 1) }
        if starts.last == raw.count, starts.count > 1 { starts.removeLast() }
        lineStarts = starts
        var blanker = CodeBlanker(raw: raw, language: language)
        blanker.run()
        code = blanker.code
        var lines: Set<Int> = []
        for range in blanker.comments {
            let first = Self.line(at: range.lowerBound, in: starts)
            let last = Self.line(at: range.upperBound - 1, in: starts)
            lines.formUnion(first...last)
        }
        commentLines = lines
        words = Self.words(of: blanker.code)
    }

    init(path: String, _ text: String, language: Language = .swift) {
        self.init(path: path, raw: Array(text.utf8), language: language)
    }

    var lineCount: Int { lineStarts.count }

    /// The number, from 1, of the line that holds the byte at `offset`.
    func line(at offset: Int) -> Int { Self.line(at: offset, in: lineStarts) }

    /// The bytes of a line, without its end.
    func bytes(ofLine line: Int) -> ArraySlice<UInt8> {
        let start = lineStarts[line - 1]
        let end = line < lineStarts.count ? lineStarts[line] - 1 : raw.count
        return raw[start..<(end > start && raw[end - 1] == Byte.newline ? end - 1 : end)]
    }

    private static func words(of code: [UInt8]) -> [Word] {
        var words: [Word] = []
        var index = 0
        while index < code.count {
            guard Byte.isWord(code[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < code.count, Byte.isWord(code[index]) { index += 1 }
            words.append(
                Word(text: String(decoding: code[start..<index], as: UTF8.self), offset: start))
        }
        return words
    }

    private static func line(at offset: Int, in starts: [Int]) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
