/// Numbers as people read them: three significant digits, a true minus, units that fit the size.
enum Figures {
    static let minus = "\u{2212}"
    /// Between a number and its unit, and between thousands.
    static let thinSpace = "\u{202F}"

    /// With three significant digits: `48.3`, `0.0123`, `2.10 × 10⁻⁶`.
    static func threeDigits(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        if size == 0 { return "0" }
        guard size >= 0.0009995, size < 999_500 else { return scientific(value) }
        if size >= 999.5 {
            let step: Double = size >= 99_950 ? 1000 : size >= 9995 ? 100 : 10
            return fixed((value / step).rounded() * step, decimals: 0)
        }
        return fixed(value, decimals: decimals(for: size))
    }

    /// As `threeDigits`, without zeros at the end: `5`, `0.25`.
    static func shortest(_ value: Double) -> String {
        let text = threeDigits(value)
        guard text.contains("."), !text.contains("×") else { return text }
        let kept = text.reversed().drop { $0 == "0" }
        return String((kept.first == "." ? kept.dropFirst() : kept).reversed())
    }

    /// How many decimals show three significant digits; at most nine.
    static func decimals(for size: Double, atMost limit: Int = 9) -> Int {
        var scaled = abs(size)
        guard scaled.isFinite, scaled > 0 else { return 2 }
        for count in 0..<limit {
            if scaled.rounded() >= 100 { return count }
            scaled *= 10
        }
        return limit
    }

    /// With exactly so many decimals, thousands set apart.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let places = min(max(decimals, 0), 9)
        var factor: Int64 = 1
        for _ in 0..<places { factor *= 10 }
        let scaled = (abs(value) * Double(factor)).rounded()
        guard scaled < 9e15 else { return scientific(value) }
        let digits = Int64(scaled)
        var text = grouped(digits / factor)
        if places > 0 {
            let rest = String(digits % factor)
            text += "." + String(repeating: "0", count: places - rest.count) + rest
        }
        return value < 0 && digits != 0 ? minus + text : text
    }

    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array("\(number.magnitude)")
        var text = number < 0 ? minus : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += thinSpace }
            text.append(digit)
        }
        return text
    }

    private static func scientific(_ value: Double) -> String {
        var size = abs(value)
        var exponent = 0
        while size >= 9.995, exponent < 400 {
            size /= 10
            exponent += 1
        }
        while size < 0.9995, exponent > -400 {
            size *= 10
            exponent -= 1
        }
        let sign = value < 0 ? minus : ""
        return sign + fixed(size, decimals: 2) + " × 10" + superscript(exponent)
    }

    private static func superscript(_ number: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        let text = "\(number.magnitude)".compactMap(\.wholeNumberValue).map { digits[$0] }
        return (number < 0 ? "⁻" : "") + String(text)
    }

    /// A share with three significant digits, but no more decimals than that: `4.27 %`.
    static func percent(_ share: Double, atMost limit: Int = 2) -> String {
        let percent = share * 100
        return fixed(percent, decimals: decimals(for: percent, atMost: limit)) + thinSpace + "%"
    }

    /// A probability: `0.0123`, `< 0.0001` for smaller ones.
    static func probability(_ p: Double) -> String {
        p < 0.0001 ? "<\(thinSpace)0.0001" : threeDigits(p)
    }
}
