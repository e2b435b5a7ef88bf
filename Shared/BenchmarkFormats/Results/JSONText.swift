/// Writes JSON text piece by piece; the caller keeps the grammar.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    /// Text in quotes, escaped where JSON asks for it.
    static func quoted(_ text: String) -> String {
        var writer = JSONText()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    mutating func plain(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { escape(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest text that reads back as the same number; `null` for what JSON cannot say.
    mutating func number(_ value: Double) {
        guard value.isFinite else { return plain("null") }
        bytes.append(contentsOf: value.description.utf8)
    }

    mutating func integer(_ value: Int) {
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Pieces between commas.
    mutating func list<Items: Sequence>(
        _ items: Items, _ write: (inout JSONText, Items.Element) -> Void
    ) {
        var isFirst = true
        for item in items {
            if !isFirst { plain(",") }
            isFirst = false
            write(&self, item)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): plain("\\\"")
        case UInt8(ascii: "\\"): plain("\\\\")
        case 0x0A: plain("\\n")
        case 0x0D: plain("\\r")
        case 0x09: plain("\\t")
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            plain(digits.utf8.count == 1 ? "\\u000" : "\\u00")
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(byte)
        }
    }
}
