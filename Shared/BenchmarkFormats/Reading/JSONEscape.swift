/// The escapes of JSON strings.
enum JSONEscape {
    /// The character that a backslash and `byte` stand for; nil for `u` and unknown ones.
    static func character(for byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Resolves the escapes of text that the scanner has passed.
    /// A surrogate without its partner is allowed by the grammar and becomes U+FFFD.
    static func decode(_ escaped: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(escaped.count)
        var rest = escaped
        while !rest.isEmpty {
            let plain = rest.prefix { $0 != UInt8(ascii: "\\") }
            if !plain.isEmpty { flush(&units, into: &bytes) }
            bytes += plain
            rest = rest[plain.endIndex...].dropFirst()
            guard let escape = rest.popFirst() else { break }
            if escape == UInt8(ascii: "u") {
                units.append(rest.prefix(4).reduce(0) { $0 << 4 | (hexDigit($1) ?? 0) })
                rest = rest.dropFirst(4)
            } else {
                flush(&units, into: &bytes)
                bytes.append(character(for: escape) ?? escape)
            }
        }
        flush(&units, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func flush(_ units: inout [UInt16], into bytes: inout [UInt8]) {
        guard !units.isEmpty else { return }
        bytes.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        units.removeAll(keepingCapacity: true)
    }
}
