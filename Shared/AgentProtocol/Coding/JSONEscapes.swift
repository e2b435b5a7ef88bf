/// The escapes inside JSON strings (RFC 8259 §7).
enum JSONEscapes {
    /// What one letter after a backslash stands for; `u` is not among them.
    static let single: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D,
        UInt8(ascii: "t"): 0x09,
    ]

    static func hexadecimal(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The UTF-8 bytes that a well-formed string body spells, so that `"a"` equals `"\u0061"`.
    static func decoded(_ spelled: ArraySlice<UInt8>) -> [UInt8] {
        guard spelled.contains(UInt8(ascii: "\\")) else { return Array(spelled) }
        var result: [UInt8] = []
        var units: [UInt16] = []
        var rest = spelled
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                flush(&units, into: &result)
                result.append(byte)
                continue
            }
            guard let kind = rest.popFirst() else { break }
            if kind == UInt8(ascii: "u") {
                let digits = rest.prefix(4).compactMap(hexadecimal)
                units.append(digits.reduce(0) { $0 << 4 | $1 })
                rest = rest.dropFirst(4)
            } else {
                flush(&units, into: &result)
                result.append(single[kind] ?? kind)
            }
        }
        flush(&units, into: &result)
        return result
    }

    private static func flush(_ units: inout [UInt16], into result: inout [UInt8]) {
        guard !units.isEmpty else { return }
        result += Array(String(decoding: units, as: UTF16.self).utf8)
        units.removeAll()
    }
}
