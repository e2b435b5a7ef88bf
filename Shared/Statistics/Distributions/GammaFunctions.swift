import Glibc

/// Complete and incomplete gamma and beta functions.
///
/// Tails are always computed as tails; a small one is never a difference from 1.
/// Source: Abramowitz & Stegun 1964, sections 6.1, 6.5 and 26.5; the fractions by Lentz's method
/// as in Press et al. 2007 (Numerical Recipes), sections 5.2, 6.2 and 6.4.
enum GammaFunctions {
    /// Both sides of a distribution function; whichever is small is exact in relative terms.
    struct Tails {
        let lower: Double
        let upper: Double
    }

    /// ln Γ(x) minus Stirling's leading terms, for x ≥ 10; the next term is below 2e-14.
    /// Source: Abramowitz & Stegun 1964, 6.1.41.
    static func stirlingCorrection(_ x: Double) -> Double {
        let square = 1 / (x * x)
        let tail = 1 / 1260.0 + square * (-1 / 1680.0 + square / 1188.0)
        return (1 / 12.0 + square * (-1 / 360.0 + square * tail)) / x
    }

    /// ln B(a, b) without the cancellation of three large logarithms.
    /// Source: the cases of `dlbeta` in SLATEC (Fullerton), with Stirling's series.
    static func logBeta(_ a: Double, _ b: Double) -> Double {
        let small = min(a, b)
        let large = max(a, b)
        if small >= 10 {
            let correction =
                stirlingCorrection(small) + stirlingCorrection(large)
                - stirlingCorrection(small + large)
            let logHalfTwoPi = 0.918_938_533_204_672_8
            return logHalfTwoPi - 0.5 * log(large) + correction
                + (small - 0.5) * log(small / (small + large))
                + large * log1p(-small / (small + large))
        }
        if large >= 10 {
            let correction = stirlingCorrection(large) - stirlingCorrection(small + large)
            return log(tgamma(small)) + correction + small - small * log(small + large)
                + (large - 0.5) * log1p(-small / (small + large))
        }
        return log(tgamma(small)) + log(tgamma(large)) - log(tgamma(small + large))
    }

    /// The regularised incomplete beta function at x, with the complement y = 1 − x given
    /// separately so that neither loses digits.
    static func incompleteBeta(x: Double, complement y: Double, a: Double, b: Double) -> Tails {
        guard x >= 0, y >= 0, a > 0, b > 0 else { return Tails(lower: .nan, upper: .nan) }
        if x <= 0 { return Tails(lower: 0, upper: 1) }
        if y <= 0 { return Tails(lower: 1, upper: 0) }
        let logX = x < 0.5 ? log(x) : log1p(-y)
        let logY = y < 0.5 ? log(y) : log1p(-x)
        let front = exp(a * logX + b * logY - logBeta(a, b))
        if x < (a + 1) / (a + b + 2) {
            let lower = front * betaFraction(x, a, b) / a
            return Tails(lower: lower, upper: 1 - lower)
        }
        let upper = front * betaFraction(y, b, a) / b
        return Tails(lower: 1 - upper, upper: upper)
    }

    /// The continued fraction of the incomplete beta function by Lentz's method
    /// (Abramowitz & Stegun 26.5.8).
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...200_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / awayFromZero(1 + even * d)
            c = awayFromZero(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / awayFromZero(1 + odd * d)
            c = awayFromZero(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return result
    }

    /// The regularised incomplete gamma functions P(a, x) and Q(a, x), for a > 0.
    static func incompleteGamma(a: Double, x: Double) -> Tails {
        guard a > 0, a < .infinity, !x.isNaN else { return Tails(lower: .nan, upper: .nan) }
        if x <= 0 { return Tails(lower: 0, upper: 1) }
        if x == .infinity { return Tails(lower: 1, upper: 0) }
        let front = gammaFront(a: a, x: x)
        if x < a + 1 {
            let lower = front * gammaSeries(a: a, x: x)
            return Tails(lower: lower, upper: 1 - lower)
        }
        let upper = front * gammaFraction(a: a, x: x)
        return Tails(lower: 1 - upper, upper: upper)
    }

    /// x^a e^(−x) / Γ(a); from a = 10 on by its deviance, which cancels nothing.
    /// Source: Loader 2000 (the saddle-point form of Poisson probabilities).
    private static func gammaFront(a: Double, x: Double) -> Double {
        guard a >= 10 else { return exp(a * log(x) - x) / tgamma(a) }
        let excess = (x - a) / a
        let deviance = a * (excess - log1p(excess))
        return exp(-deviance - stirlingCorrection(a)) * (a / (2 * .pi)).squareRoot()
    }

    /// Source: Abramowitz & Stegun 1964, 6.5.29.
    private static func gammaSeries(a: Double, x: Double) -> Double {
        var term = 1 / a
        var sum = term
        for step in 1...200_000 {
            term *= x / (a + Double(step))
            sum += term
            if term < sum * 1e-16 { break }
        }
        return sum
    }

    /// Source: Press et al. 2007, section 6.2: the even part of Abramowitz & Stegun's 6.5.31.
    private static func gammaFraction(a: Double, x: Double) -> Double {
        var base = x + 1 - a
        var c = 1e300
        var d = 1 / awayFromZero(base)
        var result = d
        for step in 1...200_000 {
            let m = Double(step)
            base += 2
            let factor = -m * (m - a)
            d = 1 / awayFromZero(factor * d + base)
            c = awayFromZero(base + factor / c)
            result *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return result
    }

    private static func awayFromZero(_ value: Double) -> Double {
        abs(value) < 1e-300 ? 1e-300 : value
    }
}
