/// Bytes that the target wrote, in the order of their stream.
package struct OutputChunk: Sendable, Equatable {
    package enum Stream: String, Sendable {
        case out
        case err
    }

    package let stream: Stream
    /// 1 to 65,536 bytes; any bytes at all.
    package let bytes: [UInt8]
    /// From the exec to the moment of reading; 0 when read before the exec was confirmed.
    package let nanosecondsSinceStart: Int64

    package init(stream: Stream, bytes: [UInt8], nanosecondsSinceStart: Int64) {
        self.stream = stream
        self.bytes = bytes
        self.nanosecondsSinceStart = nanosecondsSinceStart
    }
}
