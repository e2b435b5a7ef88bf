import Glibc

/// The standard normal distribution.
///
/// Source: Abramowitz & Stegun 1964, section 26.2; tails by the C library's `erfc`, and points by
/// `TailSearch` on them, so that both hold the specification's digits (section 0).
package enum NormalDistribution {
    /// P(Z > z), exact in relative terms for large z.
    package static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// P(Z ≤ z), exact in relative terms for very negative z.
    package static func cumulative(_ z: Double) -> Double { upperTail(-z) }

    /// The z with P(Z ≤ z) = `probability`; infinite at 0 and 1, NaN outside [0, 1].
    package static func quantile(_ probability: Double) -> Double {
        probability > 0.5 ? upperQuantile(1 - probability) : -upperQuantile(probability)
    }

    /// The z with P(Z > z) = `probability`: the way to ask for far points without losing digits.
    package static func upperQuantile(_ probability: Double) -> Double {
        guard probability >= 0, probability <= 1 else { return .nan }
        if probability > 0.5 { return -upperQuantile(1 - probability) }
        if probability == 0 { return .infinity }
        if probability == 0.5 { return 0 }
        return TailSearch.point(
            probability: probability, start: guess(probability), tail: upperTail, density: density)
    }

    static func density(_ z: Double) -> Double {
        exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }

    /// Within 3e-3 of the point (Abramowitz & Stegun 26.2.22).
    private static func guess(_ probability: Double) -> Double {
        let t = (-2 * log(probability)).squareRoot()
        return t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + t * 0.04481))
    }
}
