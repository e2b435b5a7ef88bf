import Glibc

/// Upper tails of the distributions used only through their p-values.
///
/// Source: Abramowitz & Stegun 1964, sections 26.4 (χ²), 26.6 (F) and 26.5 (binomial), which give
/// them by the incomplete gamma and beta functions.
package enum TailDistributions {
    /// P(χ² > x) with `degrees` > 0.
    package static func chiSquared(_ x: Double, degrees: Double) -> Double {
        GammaFunctions.incompleteGamma(a: degrees / 2, x: x / 2).upper
    }

    /// P(F > f) with `numerator` and `denominator` degrees of freedom, both > 0.
    package static func fisher(_ f: Double, numerator: Double, denominator: Double) -> Double {
        if f <= 0 { return 1 }
        let scaled = numerator * f / denominator
        guard scaled != .infinity else { return 0 }
        return GammaFunctions.incompleteBeta(
            x: 1 / (1 + scaled), complement: scaled / (1 + scaled),
            a: denominator / 2, b: numerator / 2
        ).lower
    }

    /// P(Bin(`trials`, ½) ≤ `successes`); 0 for negative `successes`.
    package static func fairCoin(atMost successes: Int, trials: Int) -> Double {
        if successes < 0 { return 0 }
        if successes >= trials { return 1 }
        guard trials <= 1000 else {
            return GammaFunctions.incompleteBeta(
                x: 0.5, complement: 0.5,
                a: Double(trials - successes), b: Double(successes) + 1
            ).lower
        }
        // Terms of up to about fifty trials are exact, so equalities at the level hold.
        var term = scalbn(1.0, -trials)
        var sum = term
        for index in stride(from: 0, to: successes, by: 1) {
            term = term * Double(trials - index) / Double(index + 1)
            sum += term
        }
        return min(1, sum)
    }
}
