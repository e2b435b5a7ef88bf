/// One line of the journal: a flat JSON object of texts, the last of which is the line's own sum.
///
/// The sum tells a line that was half written when the power went from one that was not.
enum JournalLine {
    /// `fields`: in the order in which they are to stand; names of letters.
    static func encode(_ fields: [(String, String)]) -> String {
        let body = fields.map { quoted($0.0) + ":" + quoted($0.1) }.joined(separator: ",")
        return "{\(body),\"sum\":\"\(sum(of: body))\"}\n"
    }

    /// - Parameter line: without its line end.
    /// - Returns: `nil` for anything that `encode` did not write.
    static func decode(_ line: some StringProtocol) -> [String: String]? {
        guard line.hasPrefix("{"), line.hasSuffix("\"}") else { return nil }
        var rest = Substring(line.dropFirst().dropLast())
        guard let mark = rest.range(ofLast: ",\"sum\":\"") else { return nil }
        let body = rest[..<mark.lowerBound]
        guard rest[mark.upperBound...].dropLast() == sum(of: String(body)) else { return nil }
        rest = body
        var fields: [String: String] = [:]
        while let name = takeText(&rest), rest.popFirst() == ":", let value = takeText(&rest) {
            fields[name] = value
            guard let comma = rest.popFirst() else { return fields }
            guard comma == "," else { return nil }
        }
        return nil
    }

    /// Takes one quoted text from the front.
    private static func takeText(_ rest: inout Substring) -> String? {
        guard rest.popFirst() == "\"" else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                guard let plain = takeEscape(&rest) else { return nil }
                text.append(plain)
            default: text.append(character)
            }
        }
        return nil
    }

    private static func takeEscape(_ rest: inout Substring) -> Character? {
        switch rest.popFirst() {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "\"": return "\""
        case "\\": return "\\"
        case "u":
            let digits = rest.prefix(4)
            rest = rest.dropFirst(4)
            guard digits.count == 4, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { return nil }
            return Character(scalar)
        default: return nil
        }
    }

    /// FNV-1a of 64 bits.
    private static func sum(of text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Substring {
    /// The last place of a text.
    fileprivate func range(ofLast text: String) -> Range<Index>? {
        let (here, there) = (utf8, text.utf8)
        var start = here.endIndex
        while true {
            if here[start...].starts(with: there) {
                return start..<here.index(start, offsetBy: there.count)
            }
            guard start > here.startIndex else { return nil }
            start = here.index(before: start)
        }
    }
}
