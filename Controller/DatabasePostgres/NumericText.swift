/// Writes PostgreSQL's binary `numeric` as decimal text.
/// Source: `numeric_send` in the server's `src/backend/utils/adt/numeric.c`.
enum NumericText {
    /// Nil for bytes that are no numeric.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 8, bytes.count.isMultiple(of: 2) else { return nil }
        let words = stride(from: 0, to: bytes.count, by: 2).map { offset in
            UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
        }
        let digits = words[4...].map { Int($0) }
        let scale = Int(words[3])
        guard digits.count == Int(words[0]), digits.allSatisfy({ $0 < 10_000 }), scale < 16_384
        else { return nil }
        switch words[2] {
        case 0x0000, 0x4000:
            let weight = Int(Int16(bitPattern: words[1]))
            let text = plain(digits, weight: weight, scale: scale)
            return words[2] == 0x4000 ? "-" + text : text
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        default: return nil
        }
    }

    /// Writes groups of four decimal digits, the first worth 10,000 to the power `weight`, with
    /// `scale` digits after the point.
    private static func plain(_ digits: [Int], weight: Int, scale: Int) -> String {
        let group = { (power: Int) -> String in
            let index = weight - power
            let value = digits.indices.contains(index) ? digits[index] : 0
            return String(String(10_000 + value).dropFirst())
        }
        let whole = weight < 0 ? "0" : (0...weight).reversed().map(group).joined()
        let trimmed = whole.drop { $0 == "0" }
        let head = trimmed.isEmpty ? "0" : String(trimmed)
        guard scale > 0 else { return head }
        let groups = (scale + 3) / 4
        let tail = (1...groups).map { group(-$0) }.joined().prefix(scale)
        return "\(head).\(tail)"
    }
}
