/// What a stretch of neighbouring values says about its level; two neighbours can be joined.
///
/// All sums are about the stretch's own mean, and that is kept as its distance from the series'
/// first value, so that neither joining nor large values lose digits.
struct SegmentMoments: Hashable {
    let count: Int
    private let reference: Double
    /// Mean − reference.
    private let shift: Double
    /// Σ(x − mean)².
    let squares: Double
    /// Σ(x_i − mean)(x_{i+1} − mean) over neighbours within the stretch.
    let products: Double
    let first: Double
    let last: Double
    /// The largest |x|.
    let largest: Double

    var mean: Double { reference + shift }

    /// Takes a range of at least one value.
    init(_ values: [Double], _ range: Range<Int>) {
        let reference = values[0]
        var sum = 0.0
        var most = 0.0
        for index in range {
            sum += values[index] - reference
            most = max(most, abs(values[index]))
        }
        let shift = sum / Double(range.count)
        var squares = 0.0
        var products = 0.0
        var rest = 0.0
        var before = 0.0
        for index in range {
            let deviation = (values[index] - reference) - shift
            squares += deviation * deviation
            products += deviation * before
            rest += deviation
            before = deviation
        }
        count = range.count
        self.reference = reference
        self.shift = shift
        self.squares = max(0, squares - rest * rest / Double(range.count))
        self.products = products
        first = values[range.lowerBound]
        last = values[range.upperBound - 1]
        largest = most
    }

    /// The stretch that `left` and, right behind it, `right` make together.
    /// Source: Chan, Golub & LeVeque 1983 (joining sums of squares).
    init(joining left: SegmentMoments, _ right: SegmentMoments) {
        let size = Double(left.count + right.count)
        let gap = right.shift - left.shift
        let part = gap * Double(right.count) / size
        count = left.count + right.count
        reference = left.reference
        shift = left.shift + part
        squares = left.squares + right.squares + gap * part * Double(left.count)
        let centre = shift
        products =
            left.products(about: centre) + right.products(about: centre)
            + left.distance(left.last, centre) * right.distance(right.first, centre)
        first = left.first
        last = right.last
        largest = max(left.largest, right.largest)
    }

    /// Of the means of two stretches of one series.
    func gap(to other: SegmentMoments) -> Double { other.shift - shift }

    private func distance(_ value: Double, _ centre: Double) -> Double {
        (value - reference) - centre
    }

    private func products(about centre: Double) -> Double {
        let gap = shift - centre
        let ends = distance(first, shift) + distance(last, shift)
        return products - gap * ends + Double(count - 1) * gap * gap
    }
}

/// Two neighbouring stretches and the tests of their levels.
struct LevelPair {
    let left: SegmentMoments
    let right: SegmentMoments

    var count: Int { left.count + right.count }

    /// How a standard deviation enters the t test of a split.
    enum Spread: Hashable, Sendable {
        /// With n − 1.
        case sample
        /// With n, entered as if it were with n − 1.
        case population
    }

    /// Two-sided p of the t test with pooled variance; 1 for two values in all.
    ///
    /// Source: statistics specification, sections 9.2 and 9.3.
    func p(_ spread: Spread) -> Double {
        var squares = left.squares + right.squares
        if spread == .population {
            squares = left.scaledDown + right.scaledDown
        }
        return p(squares: squares, leftSize: Double(left.count), rightSize: Double(right.count))
    }

    /// As `p(.sample)` with sizes deflated for neighbours that are correlated by `rho`.
    func p(correlation rho: Double) -> Double {
        let share = (1 - rho) / (1 + rho)
        return p(
            squares: left.squares + right.squares, leftSize: max(1, share * Double(left.count)),
            rightSize: max(1, share * Double(right.count)),
            degrees: max(1, share * Double(count) - 2))
    }

    private func p(
        squares: Double, leftSize: Double, rightSize: Double, degrees: Double? = nil
    ) -> Double {
        guard count > 2 else { return 1 }
        if isSteady { return abs(left.gap(to: right)) <= almost ? 1 : 0 }
        let plain = Double(count - 2)
        let error = (squares / plain * (1 / leftSize + 1 / rightSize)).squareRoot()
        let t = left.gap(to: right) / error
        return t.isNaN ? 1 : StudentDistribution.twoSided(t, degrees: degrees ?? plain)
    }

    /// Lag-1 autocorrelation of the residuals of both sides.
    var correlation: Double { Autocorrelation.lagOne(ofLevels: [left, right]) }

    /// The larger of both relative differences; a term with zero denominator is 0.
    var magnitude: Double {
        max(abs(Self.change(left.mean, right.mean)), abs(Self.change(right.mean, left.mean)))
    }

    static func change(_ before: Double, _ after: Double) -> Double {
        before == 0 ? 0 : after / before - 1
    }

    /// Values vary by no more than rounding within both (section 0, "almost equal").
    private var isSteady: Bool { left.isSteady && right.isSteady }

    private var almost: Double { 1e-12 * max(left.largest, right.largest) }
}

extension SegmentMoments {
    /// The spread is rounding alone (section 0, "almost equal").
    var isSteady: Bool {
        guard count > 1 else { return true }
        return (squares / Double(count - 1)).squareRoot() <= 1e-12 * largest
    }

    /// The sum of squares that an SD with divisor n stands for when it is taken for one with
    /// n − 1.
    fileprivate var scaledDown: Double {
        squares * Double(count - 1) / Double(count)
    }
}
