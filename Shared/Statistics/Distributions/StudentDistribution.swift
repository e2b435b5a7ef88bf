import Glibc

/// Student's t distribution; `degrees` is positive and need not be whole.
///
/// Source: Student 1908; Abramowitz & Stegun 1964, section 26.7, which gives it by the incomplete
/// beta function.
package enum StudentDistribution {
    /// P(T > t).
    package static func upperTail(_ t: Double, degrees: Double) -> Double {
        if t < 0 { return lowerPart(-t, degrees: degrees) }
        return twoSided(t, degrees: degrees) / 2
    }

    /// P(T ≤ t).
    package static func cumulative(_ t: Double, degrees: Double) -> Double {
        upperTail(-t, degrees: degrees)
    }

    /// P(|T| ≥ |t|).
    package static func twoSided(_ t: Double, degrees: Double) -> Double {
        tails(t, degrees: degrees).lower
    }

    /// The t with P(T ≤ t) = `probability`; infinite at 0 and 1, NaN outside [0, 1].
    package static func quantile(_ probability: Double, degrees: Double) -> Double {
        probability > 0.5
            ? upperQuantile(1 - probability, degrees: degrees)
            : -upperQuantile(probability, degrees: degrees)
    }

    /// The t with P(T > t) = `probability`.
    package static func upperQuantile(_ probability: Double, degrees: Double) -> Double {
        guard probability >= 0, probability <= 1, degrees > 0 else { return .nan }
        if probability > 0.5 { return -upperQuantile(1 - probability, degrees: degrees) }
        if probability == 0 { return .infinity }
        if probability == 0.5 { return 0 }
        let logScale = GammaFunctions.logBeta(degrees / 2, 0.5) + 0.5 * log(degrees)
        return TailSearch.point(
            probability: probability,
            start: NormalDistribution.upperQuantile(probability),
            tail: { twoSided($0, degrees: degrees) / 2 },
            density: { t in
                let ratio = t / degrees.squareRoot()
                return exp(-(degrees + 1) / 2 * log1p(ratio * ratio) - logScale)
            })
    }

    private static func lowerPart(_ t: Double, degrees: Double) -> Double {
        0.5 + tails(t, degrees: degrees).upper / 2
    }

    private static func tails(_ t: Double, degrees: Double) -> GammaFunctions.Tails {
        let ratio = t / degrees.squareRoot()
        let square = ratio * ratio
        guard square != .infinity else { return GammaFunctions.Tails(lower: 0, upper: 1) }
        return GammaFunctions.incompleteBeta(
            x: 1 / (1 + square), complement: square / (1 + square), a: degrees / 2, b: 0.5)
    }
}
