/// References in XML text: the five built-in entities and characters by number. There are no
/// others, as a document that declares any is refused.
enum XMLText {
    private static let longestName = 10

    /// Resolves the references of text that the scanner has passed.
    static func decode(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "&")) else { return String(decoding: text, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&"),
                let end = rest.prefix(longestName + 1).firstIndex(of: UInt8(ascii: ";")),
                let character = character(rest[..<end])
            else {
                decoded.append(byte)
                continue
            }
            decoded += Array(String(character).utf8)
            rest = rest[(end + 1)...]
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// What `&name;` stands for.
    static func character(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.count <= longestName else { return nil }
        switch String(decoding: name, as: UTF8.self) {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        case let text where text.hasPrefix("#x"):
            return UInt32(text.dropFirst(2), radix: 16).flatMap(allowed)
        case let text where text.hasPrefix("#"):
            return UInt32(text.dropFirst(), radix: 10).flatMap(allowed)
        default: return nil
        }
    }

    /// XML 1.0, production 2: no control characters but three.
    private static func allowed(_ number: UInt32) -> Unicode.Scalar? {
        guard number >= 0x20 || [0x09, 0x0A, 0x0D].contains(number) else { return nil }
        return Unicode.Scalar(number)
    }
}
