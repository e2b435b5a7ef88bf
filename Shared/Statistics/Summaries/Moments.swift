/// Mean and spread from values shifted by a reference, so that 1e15 ± 50 keeps its digits.
///
/// Source: statistics specification, section 0.
package struct Moments: Hashable, Sendable {
    package let count: Int
    package let mean: Double
    /// Mean of the values minus the reference.
    let shiftedMean: Double
    /// Sum of squared deviations from the mean; never negative.
    let sumOfSquares: Double

    /// - Throws: `emptySample`, `nonFiniteInput`.
    package init(_ values: [Double]) throws(StatisticsFailure) {
        try Requirement.sample(values, named: "values")
        self.init(checked: values, reference: values[0])
    }

    /// - Parameters:
    ///   - values: finite, at least one.
    ///   - reference: near the values; the same one makes two means comparable.
    init(checked values: [Double], reference: Double) {
        let size = Double(values.count)
        let shift = Moments.sum(values) { $0 - reference } / size
        let squares = Moments.sum(values) { value in
            let deviation = (value - reference) - shift
            return deviation * deviation
        }
        let remainder = Moments.sum(values) { ($0 - reference) - shift }
        count = values.count
        shiftedMean = shift
        mean = reference + shift
        sumOfSquares = max(0, squares - remainder * remainder / size)
    }

    /// With n − 1; nil for one value.
    package var variance: Double? {
        count > 1 ? sumOfSquares / Double(count - 1) : nil
    }

    package var standardDeviation: Double? { variance?.squareRoot() }

    package var standardError: Double? {
        standardDeviation.map { $0 / Double(count).squareRoot() }
    }

    /// t interval of the mean with n − 1 degrees of freedom; nil for one value.
    package func meanInterval(level: ConfidenceLevel = .standard) -> Interval? {
        guard let error = standardError else { return nil }
        if error == 0 { return Interval(lower: mean, upper: mean) }
        let half =
            error * StudentDistribution.upperQuantile(level.tail, degrees: Double(count - 1))
        return Interval(lower: mean - half, upper: mean + half)
    }

    /// Neumaier's compensated sum.
    static func sum<Value>(_ values: [Value], _ transform: (Value) -> Double) -> Double {
        var sum = 0.0
        var lost = 0.0
        for value in values {
            let term = transform(value)
            let next = sum + term
            lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
            sum = next
        }
        // An overflowed sum leaves NaN in the compensation, which must not hide the infinity.
        return sum.isFinite ? sum + lost : sum
    }
}
