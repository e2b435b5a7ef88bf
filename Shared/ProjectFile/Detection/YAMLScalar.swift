/// How a text is written in a project file, so that it is read as itself.
package enum YAMLScalar {
    /// A value of a block; quoted where YAML would read it otherwise.
    package static func block(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" } == true
            && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
            && !text.hasSuffix(" ") && !text.contains("{{")
            && text.unicodeScalars.allSatisfy { !isEscaped($0) }
        return isPlain ? text : quoted(text)
    }

    /// A value of a list in brackets.
    package static func item(_ text: String) -> String {
        text.contains { !($0.isLetter || $0.isNumber || "._/+=-".contains($0)) } || text.isEmpty
            || !(text.first?.isLetter == true || text.hasPrefix(".") || text.hasPrefix("-"))
            || text == "-" ? quoted(text) : text
    }

    package static func list(_ texts: [String]) -> String {
        "[" + texts.map(item).joined(separator: ", ") + "]"
    }

    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where isEscaped(scalar):
                let digits = String(scalar.value, radix: 16)
                let width = scalar.value > 0xFFFF ? 8 : 4
                quoted += (width == 8 ? "\\U" : "\\u")
                quoted += String(repeating: "0", count: width - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// What YAML does not print, or reads as the end of a line (YAML 1.2, section 5.1).
    private static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: scalar.properties.generalCategory == .format
        }
    }
}
