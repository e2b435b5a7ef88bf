// Patterns: regular expressions and JSONPath from outside.
// In: text that strangers wrote, and text to look at.
// Out: a compiled pattern or the reason why it is none; groups of the first match.
// Time is linear in the text whatever the pattern (RE2); memory is bounded.

import CRE2

/// A regular expression in the syntax of RE2; named groups are `(?<name>…)` or `(?P<name>…)`.
@safe package final class LinearPattern: Sendable {
    /// Why a pattern cannot be used.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let reason: String
        package var description: String { reason }
    }

    /// More are not needed and would cost memory for each match.
    package static let groupLimit = 31
    package static let lengthLimit = 16 << 10
    private static let memoryBytes: Int64 = 8 << 20

    // Immutable once compiled, and RE2 matches from several threads at once.
    nonisolated(unsafe) private let expression: OpaquePointer
    private let groupCount: Int32

    package init(_ pattern: String) throws(Fault) {
        guard pattern.utf8.count <= Self.lengthLimit else {
            throw Fault(reason: "it is longer than \(Self.lengthLimit) bytes")
        }
        let plain = Array(Self.withPlainGroups(pattern).utf8)
        var reason = [CChar](repeating: 0, count: 256)
        let made = unsafe plain.withUnsafeBytes { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe fm_re2_new(
                    text.baseAddress, text.count, Self.memoryBytes, &reason,
                    reason.count)
            }
        }
        guard let made = unsafe made else {
            let text = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Fault(reason: String(decoding: text, as: UTF8.self))
        }
        unsafe expression = made
        groupCount = unsafe fm_re2_groups(made)
        guard groupCount <= Self.groupLimit else {
            throw Fault(reason: "it has more than \(Self.groupLimit) groups")
        }
    }

    deinit { unsafe fm_re2_free(expression) }

    /// The number of a named group; nil if there is none.
    package func group(named name: String) -> Int? {
        var name = name
        let number = name.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe fm_re2_group(expression, text.baseAddress, text.count)
            }
        }
        return number > 0 ? Int(number) : nil
    }

    /// The groups of the first match: of each the place in `text`, the whole match first.
    /// - Returns: nil if nothing matches; nil for a group that took no part.
    package func firstMatch(in text: [UInt8]) -> [Range<Int>?]? {
        let count = Int(groupCount) + 1
        var bounds = [Int64](repeating: -1, count: 2 * count)
        let isMatch = unsafe text.withUnsafeBytes { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe fm_re2_match(
                    expression, text.baseAddress, text.count, &bounds,
                    Int32(count))
            }
        }
        guard isMatch else { return nil }
        return (0..<count).map { group in
            let first = Int(bounds[2 * group])
            let end = Int(bounds[2 * group + 1])
            return first >= 0 && end >= first && end <= text.count ? first..<end : nil
        }
    }

    /// RE2 of 2022 knows `(?P<name>` alone. A bracket behind a backslash or in a class opens no
    /// group.
    private static func withPlainGroups(_ pattern: String) -> String {
        var plain: [UInt8] = []
        var rest = Array(pattern.utf8)[...]
        var isInClass = false
        while let byte = rest.popFirst() {
            plain.append(byte)
            switch byte {
            case UInt8(ascii: "\\"):
                if let escaped = rest.popFirst() { plain.append(escaped) }
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case UInt8(ascii: "(") where !isInClass && rest.starts(with: Array("?<".utf8)):
                let next = rest.dropFirst(2).first
                guard next != UInt8(ascii: "="), next != UInt8(ascii: "!") else { continue }
                plain += Array("?P<".utf8)
                rest = rest.dropFirst(2)
            default: continue
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
