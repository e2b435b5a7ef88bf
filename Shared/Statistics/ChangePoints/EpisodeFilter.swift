/// Tells where no level that begins and ends within a stretch can pass the t test, which spares
/// the search that costs.
///
/// A level from τ up to κ is tested against what stands in front of it: the smallest sum of squares
/// that any τ leaves within 0 ..< κ decides for all of them.
/// Source: decision 0050.
struct EpisodeFilter: Sendable {
    private let rule: EpisodeRule
    /// Of the values in front of each place.
    private var sums: [Double] = []
    private var squares: [Double] = []
    /// The smallest sum of squares within both parts of any split so far, less that of the values;
    /// by κ.
    private var least: [Double] = []
    /// 1 / n.
    private var inverse: [Double] = []

    init(_ rule: EpisodeRule) { self.rule = rule }

    /// What rounding could decide counts as yes.
    mutating func canPass(_ values: [Double], _ range: Range<Int>) -> Bool {
        guard range.count > 2 else { return false }
        prepare(values, range)
        for split in 1..<range.count { divide(at: split, of: range.count) }
        return (3...range.count).contains { end in
            let degrees = Double(end - 2)
            let bound = rule.bound(end - 2)
            let total = squares[end] - sums[end] * sums[end] * inverse[end]
            let limit = (total * degrees + bound * 1e-9 * squares[end]) / (degrees + bound)
            return !(squares[end] + least[end] > limit)
        }
    }

    /// Values are taken from the first one, for the sake of the digits.
    private mutating func prepare(_ values: [Double], _ range: Range<Int>) {
        while inverse.count <= range.count {
            inverse.append(inverse.isEmpty ? 0 : 1 / Double(inverse.count))
            sums.append(0)
            squares.append(0)
            least.append(0)
        }
        let reference = values[range.lowerBound]
        for count in 1...range.count {
            let value = values[range.lowerBound + count - 1] - reference
            sums[count] = sums[count - 1] + value
            squares[count] = squares[count - 1] + value * value
            least[count] = .infinity
        }
    }

    private mutating func divide(at split: Int, of count: Int) {
        let sum = sums[split]
        let left = -sum * sum * inverse[split]
        sums.withUnsafeBufferPointer { sums in
            inverse.withUnsafeBufferPointer { inverse in
                least.withUnsafeMutableBufferPointer { least in
                    // No minimum runs through this loop, so that it can be done several at a time.
                    for end in split + 1...count {
                        let rest = sums[end] - sum
                        let both = left - rest * rest * inverse[end - split]
                        least[end] = both < least[end] ? both : least[end]
                    }
                }
            }
        }
    }
}

/// When a level that ends before its window does counts.
package struct EpisodeRule: Hashable, Sendable {
    /// The p-value up to which its split is kept. Its end is searched as well as its beginning,
    /// so that this lies below the level of other splits.
    let level: Double
    /// By degrees of freedom: what a squared t must reach at least.
    private let bounds: [Double]

    /// Student's point of more degrees is taken for that of the normal distribution, which is
    /// smaller.
    private static let longest = 100

    init(level: Double, window: Int) {
        self.level = level
        let points = (1..<max(1, min(window, Self.longest))).map { degrees in
            StudentDistribution.upperQuantile(level / 2, degrees: Double(degrees))
        }
        bounds = (points + [NormalDistribution.upperQuantile(level / 2)]).map {
            $0 * $0 * (1 - 1e-9)
        }
    }

    func bound(_ degrees: Int) -> Double { bounds[min(degrees, bounds.count) - 1] }
}
