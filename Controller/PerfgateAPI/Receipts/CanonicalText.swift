import FleetModel

/// Texts and reals as perfgate writes them, which is what content hashes are of.
///
/// Source: perfgate contract, §4.2; the forms are those of Rust's serde_json.
enum CanonicalText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{8}": result += "\\b"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\u{C}": result += "\\f"
            case "\r": result += "\\r"
            case "\u{0}"..<"\u{20}":
                result += "\\u" + Hexadecimal.text(UInt64(scalar.value), digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

enum CanonicalNumber {
    /// The fewest digits that read back as the same number, with at least one behind the point, or
    /// with an exponent where the number is very large or small: `1.0`, `12.5`, `1e16`, `1e-6`.
    static func text(_ value: Double) -> String {
        let (digits, exponent) = shortest(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        // Where the point stands, counted from the first digit.
        let point = digits.count + exponent
        if exponent >= 0, point <= 16 {
            return sign + digits + String(repeating: "0", count: exponent) + ".0"
        }
        if (1...16).contains(point) {
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        }
        if (-4...0).contains(point) {
            return sign + "0." + String(repeating: "0", count: -point) + digits
        }
        let rest = digits.dropFirst()
        let fraction = rest.isEmpty ? "" : "." + rest
        return sign + digits.prefix(1) + fraction + "e\(point - 1)"
    }

    /// The significant digits, and the power of ten of the last one.
    private static func shortest(_ magnitude: Double) -> (digits: String, exponent: Int) {
        // Swift's own text has the fewest digits, in another form.
        let halves = "\(magnitude)".split(separator: "e", maxSplits: 1)
        var exponent = halves.count > 1 ? Int(halves[1]) ?? 0 : 0
        let parts = halves[0].split(separator: ".", maxSplits: 1)
        var digits = parts.joined()
        if parts.count > 1 { exponent -= parts[1].count }
        while digits.count > 1, digits.hasSuffix("0") {
            digits.removeLast()
            exponent += 1
        }
        let leading = digits.prefix { $0 == "0" }.count
        digits = String(digits.dropFirst(min(leading, digits.count - 1)))
        return digits == "0" ? ("0", 0) : (digits, exponent)
    }
}
