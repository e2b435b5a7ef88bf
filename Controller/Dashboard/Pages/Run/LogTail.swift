import FleetModel
import Storage

/// The last lines of an attempt's log, fit to be shown.
struct LogTail: Hashable, Sendable {
    /// Bytes that are read from the log's end.
    static let limit = 32 << 10
    static let linesShown = 200

    let lines: [ForeignText]
    let isCut: Bool
    /// `complete at 12.3 kB`, or how far it has come.
    let extent: String
    /// Where the log goes on.
    let next: Int64
    /// The last line has no end yet.
    let isOpen: Bool

    init(_ slice: LogStore.Slice) {
        self.init(
            bytes: slice.bytes, offset: slice.offset, length: slice.length,
            isComplete: slice.isComplete)
    }

    init(bytes: [UInt8], offset: Int64, length: Int64, isComplete: Bool) {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        // The first line may begin in the middle.
        if offset > 0, let end = text.firstIndex(where: \.isNewline) {
            text = text[text.index(after: end)...]
        }
        let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let kept = all.last?.isEmpty == true ? all.dropLast() : all[...]
        lines = kept.suffix(Self.linesShown).map {
            ForeignText(Self.withoutEscapes($0), limit: 1000)
        }
        isCut = offset > 0 || kept.count > Self.linesShown
        next = offset + Int64(bytes.count)
        isOpen = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        let size = UnitScale.bytes(length)
        extent = isComplete ? "complete at \(size)" : "\(size) so far"
    }

    /// Without the sequences that colour a terminal. Source: ECMA-48 §5.4.
    private static func withoutEscapes(_ line: Substring) -> String {
        var kept = String.UnicodeScalarView()
        var rest = line.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar.value == 0x1B, rest.first == "[" else {
                kept.append(scalar)
                continue
            }
            rest.removeFirst()
            while let next = rest.popFirst(), !(0x40...0x7E).contains(next.value) {}
        }
        return String(kept)
    }
}
