/// Numbers with a fixed count of decimals, independent of the locale.
enum Fixed {
    /// With 0 to 9 decimals.
    static func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "?" : (value < 0 ? "-inf" : "inf") }
        let power = powers[min(max(decimals, 0), powers.count - 1)]
        let scaled = (value.magnitude * power).rounded()
        // Past this every double is a whole number.
        guard scaled < 9_007_199_254_740_992 else { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let whole = Int64(scaled)
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let unit = Int64(power)
        let fraction = String(whole % unit)
        let zeros = String(repeating: "0", count: max(0, decimals - fraction.utf8.count))
        return "\(sign)\(whole / unit).\(zeros)\(fraction)"
    }

    /// Three significant digits for magnitudes from 0.001 to below 1000; whole above.
    static func significant(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let magnitude = value.magnitude
        guard magnitude >= 0.000_999_5 else { return "\(value)" }
        let decimals =
            switch magnitude {
            case 99.95...: 0
            case 9.995...: 1
            case 0.999_5...: 2
            case 0.099_95...: 3
            case 0.009_995...: 4
            default: 5
            }
        return text(value, decimals: decimals)
    }

    private static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
}
