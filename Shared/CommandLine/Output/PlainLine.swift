/// Text from elsewhere (commit subjects, host names, messages) made safe for one line of a
/// terminal: control characters and direction overrides become `�`.
enum PlainLine {
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\t" {
                result.append(" ")
            } else {
                result.append(isUnsafe(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(result)
    }

    /// The same for each line of a text, at most `limit` of them and then `…`.
    static func lines(_ text: String, limit: Int = 20) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.prefix(limit).map { self.text(String($0)) }
            + (lines.count > limit ? ["…"] : [])
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        case .format:
            (0x202A...0x202E).contains(scalar.value)
                || scalar.value >= 0x2066
                    && scalar.value <= 0x2069
        default: false
        }
    }
}
