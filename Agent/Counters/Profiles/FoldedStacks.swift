/// Call stacks and how often each was met: one line a stack, its frames from the root on joined by
/// `;`, a blank and the count. What flame graphs are drawn from.
///
/// Source: the folded form of Brendan Gregg's FlameGraph (stackcollapse-*.pl).
package struct FoldedStacks: Sendable, Equatable {
    /// More stacks than these are summed up as one.
    static let stackLimit = 200_000
    /// Frames nearer to the leaf than these are left out.
    static let depthLimit = 512
    /// What all stacks may have together; those after them are summed up as one.
    static let bytesLimit = 64 << 20
    private static let nameLimit = 500
    private static let rest = "[other stacks]"

    private var counts: [String: UInt64] = [:]
    private var bytes = 0
    package private(set) var total: UInt64 = 0
    /// Some stacks were cut, or stand together as one.
    package internal(set) var isTruncated = false

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    /// `frames`: from the root on.
    package mutating func add(_ frames: [String], count: UInt64) {
        guard !frames.isEmpty, count > 0 else { return }
        if frames.count > Self.depthLimit { isTruncated = true }
        var stack = frames.prefix(Self.depthLimit).map(Self.name).joined(separator: ";")
        if counts[stack] == nil {
            let length = stack.utf8.count
            if counts.count >= Self.stackLimit || bytes > Self.bytesLimit - length {
                stack = Self.rest
                isTruncated = true
            } else {
                bytes += length
            }
        }
        let (sum, overflow) = (counts[stack] ?? 0).addingReportingOverflow(count)
        counts[stack] = overflow ? .max : sum
        let (all, tooMany) = total.addingReportingOverflow(count)
        total = tooMany ? .max : all
    }

    package mutating func add(_ other: FoldedStacks) {
        if other.isTruncated { isTruncated = true }
        for (stack, count) in other.counts {
            add(
                stack.split(separator: ";", omittingEmptySubsequences: false).map(String.init),
                count: count)
        }
    }

    /// The lines, sorted.
    package var text: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    /// Nothing in it ends a frame or a line.
    private static func name(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(nameLimit).map { scalar -> Character in
            scalar == ";"
                ? ":" : scalar.value < 0x20 || scalar.value == 0x7F ? "?" : Character(scalar)
        }
        return plain.isEmpty ? "?" : String(plain)
    }
}

/// Cuts a stream of bytes into lines; what a line has beyond the limit is left out.
struct LineCutter {
    private static let lineLimit = 1 << 16
    private var open: [UInt8] = []

    mutating func take(_ bytes: [UInt8], _ line: (String) -> Void) {
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 10 {
            add(bytes[start..<index])
            start = index + 1
            finish(line)
        }
        add(bytes[start...])
    }

    /// Also for a last line without an end.
    mutating func finish(_ line: (String) -> Void) {
        line(String(decoding: open, as: UTF8.self))
        open.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        open += bytes.prefix(max(0, Self.lineLimit - open.count))
    }
}
