import Statistics

/// All comparisons that one question makes, adjusted together so that asking more does not find
/// more.
///
/// The rows of one change are one family; a range of commits asks the same question of each, so
/// the result is multiplied by the number of comparisons (Bonferroni over commits).
/// Source: statistics specification, §3; Holm 1979; Benjamini and Hochberg 1995.
package struct Family: Hashable, Sendable {
    /// The correction; `auto` is Holm's below ten rows, else Benjamini and Hochberg's.
    package enum Choice: String, CaseIterable, Sendable {
        case automatic = "auto"
        case bh, by, holm, bonferroni
    }

    /// `holm`, `bh`, `by` or `bonferroni`.
    package let method: String
    package let q: Double
    /// Rows × comparisons.
    package let size: Int
    package let adjusted: [Double?]

    /// Takes one p-value per row, nil where there is none, and how many revisions the request
    /// compares, at least 1.
    package init(
        _ pValues: [Double?], comparisons: Int, q: Double = 0.05, choice: Choice = .automatic
    ) {
        let rows = pValues.count { $0 != nil }
        let usual: Adjust.Method = rows < 10 ? .holm : .bh
        let chosen = Adjust.Method(rawValue: choice.rawValue) ?? usual
        method = chosen.rawValue
        self.q = q
        let commits = max(1, comparisons)
        size = rows * commits
        let within = (try? Adjust.adjust(pValues, method: chosen, q: q).adjusted) ?? pValues
        adjusted = within.map { p in p.map { min(1, $0 * Double(commits)) } }
    }
}

/// How many pairs of visits a comparison needs before its test can say anything, also when one of
/// them was disturbed.
package enum VisitPlanner {
    /// The fewest, from 5 on, whose smallest p-value survives the correction for the whole family;
    /// up to `most` so many that it does with one pair that says the contrary, by the most.
    package static func pairs(
        level: Double, comparisons: Int, rows: Int, most: Int = 20
    ) -> Int {
        let family = Double(max(1, comparisons)) * Double(max(1, rows))
        var pairs = 5
        while pairs < 100, smallestP(pairs: pairs) * family > level { pairs += 1 }
        while pairs < most, disturbedP(pairs: pairs) * family > level { pairs += 1 }
        return pairs
    }

    /// Of the signed-rank test: 2 · 2⁻ⁿ, or what its normal limit says at most, which is used where
    /// two differences are equal.
    static func smallestP(pairs: Int) -> Double {
        let exact = Double(sign: .plus, exponent: max(-1000, 1 - max(1, pairs)), significand: 1)
        let n = Double(max(1, pairs))
        let deviation = (n * (n + 1) * (2 * n + 1) / 24).squareRoot()
        return max(exact, 2 * NormalDistribution.upperTail((n * (n + 1) / 4 - 0.5) / deviation))
    }

    /// The same where the largest difference has the other sign.
    private static func disturbedP(pairs: Int) -> Double {
        var differences = (1...max(1, pairs)).map { Double($0) }
        differences[differences.count - 1].negate()
        let zeros = [Double](repeating: 0, count: differences.count)
        return (try? Paired(baseline: zeros, candidate: differences))?.signedRank().p ?? 1
    }
}
