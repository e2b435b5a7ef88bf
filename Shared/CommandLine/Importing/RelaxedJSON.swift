import BenchmarkFormats

/// JSON as .NET's configuration has it: with comments, and with a comma behind the last part.
enum RelaxedJSON {
    private static let depthLimit = 64

    static func document(_ bytes: [UInt8]) throws(SyntaxFailure) -> JSONDocument {
        var limits = ParseLimits()
        limits.depth = depthLimit
        return try JSONDocument(reading: plain(bytes), limits: limits)
    }

    /// Blanks stand for what JSON does not have, so that every place stays the same.
    static func plain(_ bytes: [UInt8]) -> [UInt8] {
        var plain = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { blank(0..<3, in: &plain) }
        var place = 0
        /// A comma behind which only blanks and comments have come.
        var comma: Int?
        while place < plain.count {
            switch plain[place] {
            case UInt8(ascii: "\""):
                comma = nil
                place = endOfText(from: place + 1, in: plain)
            case UInt8(ascii: "/"):
                let end = endOfComment(from: place, in: plain)
                blank(place..<end, in: &plain)
                // A lone slash is left to the reader, which says what is wrong.
                place = max(end, place + 1)
            case UInt8(ascii: ","):
                comma = place
                place += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if let comma { blank(comma..<comma + 1, in: &plain) }
                comma = nil
                place += 1
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default:
                comma = nil
                place += 1
            }
        }
        return plain
    }

    /// Behind the closing quote.
    private static func endOfText(from start: Int, in bytes: [UInt8]) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place + 1, bytes.count)
    }

    /// Behind the comment; `start` itself where none begins.
    private static func endOfComment(from start: Int, in bytes: [UInt8]) -> Int {
        guard start + 1 < bytes.count else { return start }
        switch bytes[start + 1] {
        case UInt8(ascii: "/"):
            return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        case UInt8(ascii: "*"):
            var place = start + 2
            while place + 1 < bytes.count {
                if bytes[place] == UInt8(ascii: "*"), bytes[place + 1] == UInt8(ascii: "/") {
                    return place + 2
                }
                place += 1
            }
            return bytes.count
        default: return start
        }
    }

    private static func blank(_ range: Range<Int>, in bytes: inout [UInt8]) {
        for place in range where bytes[place] != UInt8(ascii: "\n") { bytes[place] = 0x20 }
    }
}
