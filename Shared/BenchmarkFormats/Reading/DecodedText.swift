/// The input after its byte order mark was honoured. Without a mark it is taken for UTF-8, and is
/// not yet checked: JSON refuses bad bytes, text formats replace them.
struct DecodedText: Sendable {
    let bytes: [UInt8]
    /// Where the text begins: behind a UTF-8 mark.
    let start: Int

    /// - Throws: `invalid_encoding` for UTF-16 with an odd length or an unpaired surrogate.
    init(_ input: [UInt8]) throws(ParseRefusal) {
        if input.starts(with: [0xFF, 0xFE]) {
            (bytes, start) = (try Self.utf8(fromUTF16: input, highByteFirst: false), 0)
        } else if input.starts(with: [0xFE, 0xFF]) {
            (bytes, start) = (try Self.utf8(fromUTF16: input, highByteFirst: true), 0)
        } else {
            (bytes, start) = (input, Self.start(of: input))
        }
    }

    var range: Range<Int> { start..<bytes.count }

    /// Behind a UTF-8 byte order mark.
    static func start(of bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// The first place from `from` on that is not white space.
    static func firstInk(of bytes: [UInt8], from: Int) -> Int? {
        bytes[min(from, bytes.count)...].firstIndex { !TextCursor.isSpace($0) }
    }

    func position(of offset: Int) -> TextPosition {
        TextPosition(of: offset, in: bytes, from: start)
    }

    private static func utf8(
        fromUTF16 input: [UInt8], highByteFirst: Bool
    ) throws(ParseRefusal) -> [UInt8] {
        let high = highByteFirst ? 0 : 1
        guard input.count % 2 == 0 else {
            throw ParseRefusal(.invalidEncoding, "UTF-16 text with an odd number of bytes")
        }
        let units = stride(from: 2, to: input.count, by: 2).lazy.map { place in
            UInt16(input[place + high]) << 8 | UInt16(input[place + 1 - high])
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(input.count / 2)
        let failed = transcode(
            units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true
        ) { bytes.append($0) }
        guard !failed else {
            throw ParseRefusal(.invalidEncoding, "UTF-16 text with an unpaired surrogate")
        }
        return bytes
    }
}
