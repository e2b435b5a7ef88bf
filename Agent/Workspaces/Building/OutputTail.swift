import Isolation
import Synchronization

/// Keeps the end of what a program says, for the message of a failure.
final class OutputTail: Sendable {
    private static let byteLimit = 4096
    private static let lineLimit = 20

    private let bytes = Mutex<[UInt8]>([])

    func add(_ chunk: OutputChunk) {
        bytes.withLock { bytes in
            bytes += chunk.bytes.suffix(Self.byteLimit)
            if bytes.count > 2 * Self.byteLimit { bytes = bytes.suffix(Self.byteLimit) }
        }
    }

    /// The last lines; foreign bytes and control characters are replaced or dropped.
    var text: String {
        let all = String(decoding: bytes.withLock { $0.suffix(Self.byteLimit) }, as: UTF8.self)
        let lines = all.split(whereSeparator: \.isNewline).suffix(Self.lineLimit)
        return lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter {
                        $0.properties.generalCategory != .control || $0 == "\t"
                    }))
        }.joined(separator: "\n")
    }
}
