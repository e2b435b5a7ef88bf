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
    /// 1 / n.
    private var inverse: [Double] = []

    init(_ rule: EpisodeRule) { self.rule = rule }

    /// What rounding could decide counts as yes.
    mutating func canPass(_ values: [Double], _ range: Range<Int>) -> Bool {
        guard range.count > 2 else { return false }
        prepare(values, range)
        var end = 3
        while end <= range.count {
            let least = leastWithin(end)
            guard least > limit(end) else { return true }
            // Values more leave no smaller sum, so that this one speaks for the ends behind it.
            repeat { end += 1 } while end <= range.count && least > limit(end)
        }
        return false
    }

    /// What the sum of squares within both parts may be at most; no smaller for a later end.
    private func limit(_ end: Int) -> Double {
        let total = squares[end] - sums[end] * sums[end] * inverse[end]
        return total * rule.share(end - 2) + 1e-9 * squares[end]
    }

    /// The smallest sum of squares within both parts of any split of the values before `end`.
    private func leastWithin(_ end: Int) -> Double {
        sums.withUnsafeBufferPointer { sums in
            inverse.withUnsafeBufferPointer { inverse in
                var most = 0.0
                for split in 1..<end {
                    let (left, right) = (sums[split], sums[end] - sums[split])
                    let both = left * left * inverse[split] + right * right * inverse[end - split]
                    most = both > most ? both : most
                }
                return squares[end] - most
            }
        }
    }

    /// Values are taken from the first one, for the sake of the digits.
    private mutating func prepare(_ values: [Double], _ range: Range<Int>) {
        while inverse.count <= range.count {
            inverse.append(inverse.isEmpty ? 0 : 1 / Double(inverse.count))
            sums.append(0)
            squares.append(0)
        }
        let reference = values[range.lowerBound]
        for count in 1...range.count {
            let value = values[range.lowerBound + count - 1] - reference
            sums[count] = sums[count - 1] + value
            squares[count] = squares[count - 1] + value * value
        }
    }
}

/// When a level that ends before its window does counts.
///
/// Source: decision 0050.
package struct EpisodeRule: Hashable, Sendable {
    /// The p-value up to which its split is kept. Its end is searched as well as its beginning,
    /// so that this lies below the level of other splits.
    let level: Double
    /// By degrees of freedom: the share of the whole sum of squares that both parts may keep at
    /// most, so that a squared t reaches its point.
    private let shares: [Double]

    /// Student's point of more degrees is taken for that of the normal distribution, which is
    /// smaller.
    private static let longest = 100

    init(level: Double, window: Int) {
        self.level = level
        shares = (1..<max(2, window)).map { degrees in
            let point =
                degrees < Self.longest
                ? StudentDistribution.upperQuantile(level / 2, degrees: Double(degrees))
                : NormalDistribution.upperQuantile(level / 2)
            return Double(degrees) / (Double(degrees) + point * point * (1 - 1e-9))
        }
    }

    func share(_ degrees: Int) -> Double { shares[degrees - 1] }
}
