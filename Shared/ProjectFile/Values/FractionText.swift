/// Fractions such as `2%` or `0.02`.
enum FractionText {
    static func parse(_ text: String) throws(TextFault) -> Double {
        let value =
            text.hasSuffix("%")
            ? DecimalText.hundredth(String(text.dropLast())) : DecimalText.number(text)
        guard let value else {
            throw TextFault(
                .wrongType, "is no fraction: \(Quoted.text(text))",
                suggestion: "write it like `2%` or `0.02`")
        }
        guard value >= 0, value <= 10 else {
            throw TextFault(.outOfRange, "must be from 0 to 10 (1000 %)")
        }
        return value
    }

    /// In percent, with at most three digits behind the point.
    static func text(of share: Double) -> String {
        let percent = (share * 100_000).rounded() / 1000
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
}
