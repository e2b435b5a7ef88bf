/// Corrects the p-values of one family of tests.
///
/// Source: Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001; statistics specification,
/// section 3.
package enum Adjust {
    /// `bh` and `by` hold the false discovery rate, the others the family-wise rate.
    package enum Method: String, CaseIterable, Sendable {
        case bh, by, holm, bonferroni
    }

    package struct Result: Hashable, Sendable {
        /// In the order given; nil where the p-value is missing.
        package let adjusted: [Double?]
        /// Missing p-values are never rejected.
        package let rejected: [Bool]

        package var rejectedCount: Int { rejected.count { $0 } }
    }

    /// Missing p-values (tests that could not be made) do not count as tests; `q` is the rate
    /// held, and an adjusted p equal to it is rejected.
    /// - Throws: `outOfRange` for a p-value outside [0, 1] or q outside (0, 1).
    package static func adjust(
        _ pValues: [Double?], method: Method = .bh, q: Double = 0.05
    ) throws(StatisticsFailure) -> Result {
        try Requirement.openUnit(q, named: "q")
        var tests: [(index: Int, p: Double)] = []
        for (index, entry) in pValues.enumerated() {
            guard let p = entry else { continue }
            guard p >= 0, p <= 1 else {
                throw .outOfRange("p-values must lie in [0, 1], not \(p)")
            }
            tests.append((index, p))
        }
        tests.sort { $0.p < $1.p }
        var adjusted = [Double?](repeating: nil, count: pValues.count)
        for (test, value) in zip(tests, ascending(tests.map(\.p), method)) {
            adjusted[test.index] = value
        }
        return Result(
            adjusted: adjusted, rejected: adjusted.map { value in value.map { $0 <= q } ?? false })
    }

    private static func ascending(_ sorted: [Double], _ method: Method) -> [Double] {
        let size = Double(sorted.count)
        switch method {
        case .bonferroni:
            return sorted.map { min(1, size * $0) }
        case .holm:
            var largest = 0.0
            return sorted.enumerated().map { index, p in
                largest = max(largest, (size - Double(index)) * p)
                return min(1, largest)
            }
        case .bh:
            return stepUp(sorted, factor: 1)
        case .by:
            let harmonic = sorted.indices.reduce(0.0) { $0 + 1 / Double($1 + 1) }
            return stepUp(sorted, factor: harmonic)
        }
    }

    private static func stepUp(_ sorted: [Double], factor: Double) -> [Double] {
        var result = sorted
        var smallest = 1.0
        for index in sorted.indices.reversed() {
            let scale = Double(sorted.count) / Double(index + 1)
            smallest = min(smallest, factor * scale * sorted[index])
            result[index] = smallest
        }
        return result
    }
}
