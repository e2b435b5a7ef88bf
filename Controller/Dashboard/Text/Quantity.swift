/// A measured value with a unit that fits its size.
struct Quantity: Hashable, Sendable {
    let number: String
    /// Short, for after the number; empty for plain counts.
    let unit: ForeignText
}

/// How the values of one row are written, so that both sides have the same unit.
struct UnitScale: Hashable, Sendable {
    let factor: Double
    let unit: String

    /// Takes the canonical unit and the largest value, for which the scale is chosen.
    init(unit: String, largest: Double) {
        let size = abs(largest)
        switch unit {
        case "s": (factor, self.unit) = Self.step(Self.times, size)
        case "B": (factor, self.unit) = Self.step(Self.sizes, size)
        case "count", "1", "": (factor, self.unit) = Self.step(Self.counts, size)
        case "%": (factor, self.unit) = (1, "%")
        default:
            let (factor, prefix) = Self.step(Self.counts, size)
            self.factor = factor
            self.unit = prefix.isEmpty ? unit : prefix + "\u{202F}" + unit
        }
    }

    func quantity(_ value: Double) -> Quantity {
        let scaled = value / factor
        // Bytes and counts that are whole are shown as such.
        let isWhole = factor == 1 && unit != "s" && scaled == scaled.rounded() && abs(scaled) < 1000
        return Quantity(
            number: isWhole ? Figures.fixed(scaled, decimals: 0) : Figures.threeDigits(scaled),
            unit: ForeignText(unit, limit: 24))
    }

    /// With so many decimals, as columns need.
    func quantity(_ value: Double, decimals: Int) -> Quantity {
        Quantity(
            number: Figures.fixed(value / factor, decimals: decimals),
            unit: ForeignText(unit, limit: 24))
    }

    /// How many decimals show four significant digits of the value; none of whole counts.
    func decimals(for value: Double) -> Int {
        let scaled = abs(value / factor)
        guard factor != 1 || unit == "s" || scaled != scaled.rounded() else { return 0 }
        return min(9, Figures.decimals(for: scaled) + 1)
    }

    func text(_ value: Double) -> String {
        let quantity = quantity(value)
        guard !quantity.unit.text.isEmpty else { return quantity.number }
        return quantity.number + Figures.thinSpace + quantity.unit.text
    }

    /// `12.3 kB`.
    static func bytes(_ count: Int64) -> String {
        UnitScale(unit: "B", largest: Double(count)).text(Double(count))
    }

    private typealias Step = (factor: Double, unit: String)

    /// The largest step in which the size is at least one, after rounding to three digits.
    private static func step(_ steps: [Step], _ size: Double) -> Step {
        let fitting = steps.last { size / $0.factor >= 0.9995 }
        return fitting ?? steps.first ?? (1, "")
    }

    private static let times: [Step] = [
        (1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"),
    ]
    private static let sizes: [Step] = [
        (1, "B"), (1e3, "kB"), (1e6, "MB"), (1e9, "GB"), (1e12, "TB"),
    ]
    private static let counts: [Step] = [
        (1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"),
    ]
}
