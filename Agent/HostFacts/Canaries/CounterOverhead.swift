/// How much longer a program takes while its events are counted.
///
/// Source: isolation-and-counters.md, section 2.12.
package enum CounterOverhead {
    /// Above this, times and counts are taken in executions of their own.
    package static let limit = 0.005

    /// The median relative difference of pairs that ran beside each other, in seconds; negative
    /// where counting seemed to help. `nil` without a pair.
    package static func share(of pairs: [(plain: Double, counted: Double)]) -> Double? {
        let shares = pairs.filter { $0.plain > 0 }.map { $0.counted / $0.plain - 1 }
        return shares.isEmpty ? nil : Middle.median(shares)
    }

    /// Whether times and counts must not come from the same execution. What is less than the
    /// host's own noise is not told from it.
    package static func separates(_ share: Double?, noiseFloor: Double?) -> Bool {
        guard let share else { return false }
        return share > max(limit, noiseFloor ?? 0)
    }
}
