/// Round values along an axis. Source: Heckbert 1990, "Nice numbers for graph labels".
struct AxisTicks: Hashable, Sendable {
    let values: [Double]
    let decimals: Int

    /// Between the two ends, about `count` of them; one for an axis without extent.
    init(from low: Double, to high: Double, count: Int = 5) {
        let extent = high - low
        guard extent > 0, extent.isFinite else {
            (values, decimals) = ([low], Figures.decimals(for: low, atMost: 4))
            return
        }
        let step = Self.step(extent / Double(max(1, count)))
        var values: [Double] = []
        var number = (low / step).rounded(.up)
        while number * step <= high * (1 + 1e-12), values.count < 20 {
            values.append(number * step)
            number += 1
        }
        self.values = values
        decimals = Self.decimals(of: step)
    }

    var labels: [String] { values.map { Figures.fixed($0, decimals: decimals) } }

    /// The next of 1, 2 and 5 times a power of ten.
    private static func step(_ raw: Double) -> Double {
        var power = 1.0
        while power * 10 <= raw { power *= 10 }
        while power > raw { power /= 10 }
        return ([1, 2, 5].map { $0 * power }.first { $0 >= raw }) ?? 10 * power
    }

    private static func decimals(of step: Double) -> Int {
        var count = 0
        var scaled = step
        while count < 9, scaled < 0.9995 {
            scaled *= 10
            count += 1
        }
        return count
    }
}
