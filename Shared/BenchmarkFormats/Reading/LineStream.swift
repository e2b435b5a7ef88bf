/// Splits a file into lines, holding little more than the longest of them.
struct LineStream {
    /// One line as it stands in the file, without its line feed.
    struct Line {
        let bytes: ArraySlice<UInt8>
        /// From 1.
        let number: Int
        /// Of its first byte in the file.
        let offset: Int
        /// Whether a line feed ends it; only the last line of a file may lack one.
        let isEnded: Bool
        /// Whether it is longer than allowed; then `bytes` is empty.
        let isTooLong: Bool

        var position: TextPosition { TextPosition(offset: offset, line: number, column: 1) }
    }

    private var source: ByteSource?
    private var buffer: [UInt8]
    private var place = 0
    /// Bytes of the file before the buffer.
    private var passed = 0
    private var number = 0
    private let longest: Int

    init(_ head: [UInt8], then source: ByteSource?, longest: Int) {
        buffer = head
        self.source = source
        self.longest = longest
        // A byte order mark belongs to no line.
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// Bytes of the file that were read.
    var readBytes: Int { passed + place }

    mutating func next() -> Line? {
        guard let (end, isEnded) = findEnd(from: place) else { return skipLongLine() }
        guard place < end || isEnded else { return nil }
        return line(to: end, isEnded: isEnded)
    }

    private mutating func line(to end: Int, isEnded: Bool) -> Line {
        let isTooLong = end - place > longest
        number += 1
        defer { place = isEnded ? end + 1 : end }
        return Line(
            bytes: isTooLong ? [] : buffer[place..<end], number: number, offset: passed + place,
            isEnded: isEnded, isTooLong: isTooLong)
    }

    /// The end of the line at `place`; nil if it is longer than allowed and not all read.
    private mutating func findEnd(from start: Int) -> (end: Int, isEnded: Bool)? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                return (end, true)
            }
            guard buffer.count - place <= longest else { return source == nil ? last : nil }
            let room = buffer.count - place
            guard refill() else { return last }
            searched = place + room
        }
    }

    private var last: (end: Int, isEnded: Bool) { (buffer.count, false) }

    /// Drops what was read and takes the next piece; false at the end of the file.
    private mutating func refill() -> Bool {
        guard let piece = source?.next(), !piece.isEmpty else {
            source = nil
            return false
        }
        buffer.removeSubrange(..<place)
        passed += place
        place = 0
        buffer += piece
        return true
    }

    /// Passes over a line without holding it.
    private mutating func skipLongLine() -> Line {
        let offset = passed + place
        number += 1
        var isEnded = false
        repeat {
            if let end = buffer[place...].firstIndex(of: UInt8(ascii: "\n")) {
                place = end + 1
                isEnded = true
                break
            }
            place = buffer.count
        } while refill()
        return Line(
            bytes: [], number: number, offset: offset, isEnded: isEnded, isTooLong: true)
    }
}
