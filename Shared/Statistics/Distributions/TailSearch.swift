import Glibc

/// Finds the point at which a falling upper tail takes a given probability.
///
/// Source: Press et al. 2007 (Numerical Recipes), section 9.4: Newton's method with bisection.
enum TailSearch {
    /// Newton's method on the logarithm of the tail, kept inside a bracket.
    /// - Parameters:
    ///   - probability: in (0, 0.5].
    ///   - start: a guess; any value ≥ 0 will do.
    ///   - tail: P(X > x) for x ≥ 0, 0.5 at zero, strictly falling.
    ///   - density: minus the derivative of `tail`.
    /// - Returns: the point, within a few units in the last place of what `tail` can tell.
    static func point(
        probability: Double, start: Double,
        tail: (Double) -> Double, density: (Double) -> Double
    ) -> Double {
        var lower = 0.0
        var upper = max(start, 1)
        while tail(upper) > probability, upper < 1e300 {
            lower = upper
            upper *= 2
        }
        var point = start > lower && start < upper ? start : (lower + upper) / 2
        for _ in 0..<200 {
            let value = tail(point)
            if value > probability { lower = point } else { upper = point }
            let slope = density(point) / value
            var next = point + log(value / probability) / slope
            if !(next > lower && next < upper) { next = (lower + upper) / 2 }
            let step = abs(next - point)
            point = next
            if step <= 4e-16 * abs(next) { break }
        }
        return point
    }
}
