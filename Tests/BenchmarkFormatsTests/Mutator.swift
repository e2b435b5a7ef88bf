import Testing

@testable import BenchmarkFormats

/// Damages files as transports, editors and strangers do; the same seed does the same damage.
struct Mutator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    private static let pieces: [[UInt8]] =
        [
            "NaN", "-Infinity", "1e999", "-1", "null", "{}", "[]", "\"", "\\u", "\\ud83d", "\u{0}",
            "99999999999999999999", "0.1e-400", "true", "\n", "{\"type\":\"sample\"}\n", ",", ":",
            "\"name\":", "\"times\":[", "\"samples\":null", "\"groups\":[1e300]", "\u{FEFF}",
            "\u{301}", "\r\n", "/-1/a:b", "[a]", "\"e\u{301}]\"", "::", "_mean", "\u{1B}[31m",
            "\u{1B}]0;", "\r", "\t", "<", ">", "</", "/>", "&amp;", "&#x110000;", "<!DOCTYPE x>",
            "<![CDATA[", "]]>", "<!--", "-->", "±", "µs", "│", "├─ ", "(", ")", "[", "]", "%",
            " ops/sec", "1,2,3", "1.2.3", "-", "- -", "   ", "Benchmark", "0x10", "+Inf",
            "--- FAIL: Benchmark", "ns/op", "time:   [", " x ", "i/s", "(RunTime): ",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90], [0x1F, 0x8B],
        ]

    mutating func damaged(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0..<40, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where place < bytes.count:
                bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            case 4: bytes.replaceSubrange(place..<end, with: piece())
            case 5: swapLines(&bytes)
            default: bytes.insert(contentsOf: piece(), at: place)
            }
        }
        return bytes
    }

    mutating func choose<Items: Collection>(_ items: Items) -> Items.Element? {
        items.randomElement(using: &random)
    }

    private mutating func piece() -> [UInt8] {
        Self.pieces.randomElement(using: &random) ?? []
    }

    private mutating func swapLines(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count > 1 else { return }
        lines.swapAt(
            Int.random(in: lines.indices, using: &random),
            Int.random(in: lines.indices, using: &random))
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
}
