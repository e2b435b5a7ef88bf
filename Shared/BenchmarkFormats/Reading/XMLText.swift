/// References in XML text: the five built-in entities and characters by number. There are no
/// others, as a document that declares any is refused.
enum XMLText {
    /// Resolves the references of text that the scanner has passed.
    static func decode(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "&")) else { return String(decoding: text, as: UTF8.self) }
        var decoded = ""
        var cursor = TextCursor(text)
        while let plain = cursor.upTo("&") {
            decoded += TextCursor.string(plain)
            guard let name = cursor.upTo(";"), let character = character(name) else { continue }
            decoded.unicodeScalars.append(character)
        }
        return decoded + cursor.text
    }

    /// What `&name;` stands for.
    static func character(_ name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard name.count <= 10 else { return nil }
        switch TextCursor.string(name) {
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
