/// A place in the decoded text.
package struct TextPosition: Sendable, Hashable {
    /// Bytes before it, a byte order mark included. Of UTF-16 input: bytes of the text as UTF-8.
    package let offset: Int
    /// From 1.
    package let line: Int
    /// Characters (Unicode scalars) from the start of the line, from 1.
    package let column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The place `offset` bytes into `bytes`; beyond the end means the end.
    package init(of offset: Int, in bytes: [UInt8], from start: Int = 0) {
        let place = min(max(offset, start), bytes.count)
        var line = 1
        var column = 1
        for byte in bytes[min(start, place)..<place] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.init(offset: place, line: line, column: column)
    }
}
