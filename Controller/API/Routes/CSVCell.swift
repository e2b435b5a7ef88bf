/// A cell of a table for spreadsheets.
enum CSVCell {
    /// RFC 4180, with what a spreadsheet would take for a formula made harmless.
    static func text(_ text: String) -> String {
        // By bytes: a combining mark makes another character of what spreadsheets still obey.
        let isFormula = text.utf8.first.map("=+-@".utf8.contains) ?? false
        return quoted(isFormula && Double(text) == nil ? "'" + text : text)
    }

    static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: ",\"\r\n".utf8.contains) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
