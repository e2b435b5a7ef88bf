/// Decimal numbers as written, read and shown without rounding on the way.
enum DecimalText {
    /// A number of JSON's grammar; nothing for anything else, or beyond the range of a double.
    static func number(_ text: String) -> Double? {
        guard text.utf8.count <= 64, isJSONNumber(text), let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// Decimal digits, with at most one minus in front.
    static func integer(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        guard isDigits(digits), digits == "0" || digits.first != "0" else { return nil }
        return Int(text)
    }

    /// The shortest decimal that reads back as `value`, never with an exponent.
    static func shortest(_ value: Double) -> String {
        let text = "\(value == 0 ? 0 : value)"
        let parts = text.split(separator: "e", maxSplits: 1)
        guard parts.count == 2, let exponent = Int(parts[1]) else { return trimmed(text) }
        let isNegative = parts[0].hasPrefix("-")
        let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
        let whole = mantissa.first.map(String.init) ?? "0"
        let shifted = shift(whole, mantissa.dropFirst().first.map(String.init) ?? "", by: exponent)
        return (isNegative ? "-" : "") + trimmed(shifted)
    }

    /// `percent` hundredths: the decimal point moves two places, no division rounds.
    static func hundredth(_ percent: String) -> Double? {
        guard isPlainDecimal(percent) else { return nil }
        let parts = percent.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return Double(shift(String(parts[0]), fraction, by: -2))
    }

    /// Digits, with digits after one point if any; no sign, no exponent.
    static func isPlainDecimal(_ text: String) -> Bool {
        guard text.utf8.count <= 32 else { return false }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy(isDigits)
    }

    static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isJSONNumber(_ text: String) -> Bool {
        var rest = text[...]
        if rest.first == "-" { rest.removeFirst() }
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            let exponent = rest[rest.index(after: mark)...]
            let digits = exponent.first.map { "+-".contains($0) } == true
            guard isDigits(digits ? exponent.dropFirst() : exponent) else { return false }
            rest = rest[..<mark]
        }
        guard isPlainDecimal(String(rest)) else { return false }
        return !(rest.hasPrefix("0") && rest.count > 1 && rest.dropFirst().first != ".")
    }

    private static func shift(_ whole: String, _ fraction: String, by places: Int) -> String {
        if places >= 0 {
            let padding = String(repeating: "0", count: max(0, places - fraction.count))
            let digits = fraction + padding
            return whole + digits.prefix(places) + "." + (digits.dropFirst(places) + "0")
        }
        let padding = String(repeating: "0", count: max(0, -places - whole.count + 1))
        let digits = padding + whole
        return digits.dropLast(-places) + "." + digits.suffix(-places) + fraction
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var shown = text[...]
        while shown.hasSuffix("0") { shown.removeLast() }
        if shown.hasSuffix(".") { shown.removeLast() }
        return String(shown)
    }
}
