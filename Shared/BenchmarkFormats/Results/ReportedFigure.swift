/// Names of the statistics that tools report beside their headline.
enum ReportedFigure {
    /// `99`, `99.0` or `p99` → `p99`; 0 is the minimum and 100 the maximum; nil for other text.
    static func percentile(_ text: String) -> String? {
        let digits = text.hasPrefix("p") ? text.dropFirst() : text[...]
        guard (1...16).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ byte in
                TextCursor.isDigit(byte) || byte == UInt8(ascii: ".")
            }), let value = Double(digits), value <= 100
        else { return nil }
        if value == 0 { return "min" }
        if value == 100 { return "max" }
        return "p" + (digits.hasSuffix(".0") ? digits.dropLast(2) : digits)
    }
}
