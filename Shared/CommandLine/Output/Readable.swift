/// Canonical values as people read them: `12.4 ms`, `+3.1 % (2.2 … 4.0)`.
enum Readable {
    /// A value in its canonical unit (benchmark formats, section 1), three significant digits.
    static func value(_ value: Double?, unit: String?) -> String {
        guard let value else { return "" }
        guard value.isFinite else { return "?" }
        let steps: [(factor: Double, name: String)]
        switch unit {
        case "s": steps = seconds
        case "B": steps = binary.map { ($0.factor, "\($0.name)B") }
        case "B/s": steps = binary.map { ($0.factor, "\($0.name)B/s") }
        case "count", nil, "": steps = decimal
        case "ops/s": steps = decimal.map { ($0.factor, "\($0.name)ops/s") }
        case "ratio": return Fixed.significant(value * 100) + " %"
        case let other?: return Fixed.significant(value) + " " + PlainLine.text(other)
        }
        // 999.6 of a step already reads as 1000: the next one is taken.
        let step = steps.last { value.magnitude >= $0.factor * 0.999_5 } ?? steps.first
        guard let step else { return Fixed.significant(value) }
        let number = Fixed.significant(value / step.factor)
        return step.name.isEmpty ? number : "\(number) \(step.name)"
    }

    private static let seconds: [(factor: Double, name: String)] = [
        (1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1, "s"),
    ]
    private static let binary: [(factor: Double, name: String)] = [
        (1, ""), (1_024, "Ki"), (1_048_576, "Mi"), (1_073_741_824, "Gi"),
        (1_099_511_627_776, "Ti"),
    ]
    private static let decimal: [(factor: Double, name: String)] = [
        (1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"),
    ]

    /// A relative change with its interval: `+3.1 % (2.2 … 4.0)`.
    static func change(_ change: Double?, _ interval: Interval?, _ style: Style) -> String {
        guard let change else { return "" }
        let bounds = [interval?.low, interval?.high].compactMap { $0 }
        let decimals = percentDecimals([change] + bounds)
        var text = signed(change, decimals) + " %"
        if bounds.count == 2 {
            let ends = bounds.map { Fixed.text($0 * 100, decimals: decimals) }
            text += " (" + ends.joined(separator: style.span) + ")"
        }
        return text
    }

    /// A fraction without a sign: `0.5 %`.
    static func share(_ share: Double?) -> String {
        guard let share else { return "" }
        guard share != 0 else { return "0 %" }
        return Fixed.text(share * 100, decimals: percentDecimals([share])) + " %"
    }

    private static func percentDecimals(_ fractions: [Double]) -> Int {
        let largest = fractions.map { ($0 * 100).magnitude }.filter(\.isFinite).max() ?? 0
        return largest >= 100 ? 0 : largest >= 0.95 ? 1 : 2
    }

    private static func signed(_ change: Double, _ decimals: Int) -> String {
        let text = Fixed.text(change * 100, decimals: decimals)
        return text.hasPrefix("-") ? text : "+" + text
    }

    /// A p value: three decimals, and no false precision below.
    static func probability(_ p: Double?) -> String {
        guard let p, p.isFinite else { return "" }
        return p < 0.001 ? "<0.001" : Fixed.text(p, decimals: 3)
    }

    /// How long something took or has been: `850 ms`, `12 s`, `3m 20s`, `2h 5m`, `4d 3h`.
    static func span(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.nanoseconds / 1_000_000)
        let seconds = milliseconds / 1_000
        switch seconds {
        case 0: return "\(milliseconds) ms"
        case ..<60: return "\(seconds) s"
        case ..<3_600: return joined(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400: return joined(seconds / 3_600, "h", seconds % 3_600 / 60, "m")
        default: return joined(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h")
        }
    }

    private static func joined(
        _ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String
    ) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
    }

    /// Between two moments in microseconds; nothing when one is unknown.
    static func span(from start: Int64?, to end: Int64?) -> String {
        guard let start, let end else { return "" }
        let (span, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? "" : Self.span(.microseconds(max(0, span)))
    }

    /// How long ago something was, in its largest unit: `12 s`, `3 min`, `5 h`, `4 d`.
    static func age(from start: Int64?, to now: Int64) -> String {
        guard let start else { return "" }
        let (span, overflow) = now.subtractingReportingOverflow(start)
        guard !overflow else { return "" }
        let seconds = max(0, span) / 1_000_000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) d"
        }
    }

    /// The first seven digits, as git shows them.
    static func commit(_ hash: String?) -> String { String((hash ?? "").prefix(7)) }

    /// What a run measured: the commit, and whether a change stood on top of it.
    static func commit(of run: Run) -> String {
        commit(run.commit) + (run.source == "patch" ? " + patch" : "")
    }
}
