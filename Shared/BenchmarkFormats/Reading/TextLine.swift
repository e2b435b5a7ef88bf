/// One line for the formats of text: escapes of a terminal and the carriage return are gone.
/// What a carriage return inside the line wrote over is gone too.
struct TextLine {
    let bytes: ArraySlice<UInt8>
    let number: Int
    let offset: Int
    let isEnded: Bool

    init(_ line: LineStream.Line) {
        number = line.number
        offset = line.offset
        isEnded = line.isEnded
        var bytes = line.bytes
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        if bytes.contains(0x1B) { bytes = Self.withoutEscapes(bytes)[...] }
        if let back = bytes.lastIndex(of: UInt8(ascii: "\r")) { bytes = bytes[(back + 1)...] }
        self.bytes = bytes
    }

    /// A line that was put together from parts of a file.
    init(_ bytes: [UInt8], isEnded: Bool) {
        self.init(
            LineStream.Line(
                bytes: bytes[...], number: 1, offset: 0, isEnded: isEnded, isTooLong: false))
    }

    var cursor: TextCursor { TextCursor(bytes) }
    /// Bytes that are not UTF-8 become U+FFFD.
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isBlank: Bool { bytes.allSatisfy { TextCursor.isSpace($0) } }
    var position: TextPosition { TextPosition(offset: offset, line: number, column: 1) }

    func starts(with prefix: StaticString) -> Bool {
        var cursor = cursor
        return cursor.take(prefix)
    }

    /// ECMA-48: control sequences, operating system commands, and two-byte escapes.
    private static func withoutEscapes(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == 0x1B else {
                clean.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "["):
                while let part = rest.popFirst(), !(0x40...0x7E).contains(part) {}
            case UInt8(ascii: "]"):
                while let part = rest.popFirst(), part != 0x07, part != 0x1B {}
                if rest.first == UInt8(ascii: "\\") { rest.removeFirst() }
            default: continue
            }
        }
        return clean
    }
}
