/// How noisy a series is, in a word, by the relative σ of its points.
///
/// Source: the bounds are our own, and stand in docs/statistics.md.
package enum NoiseClass: String, CaseIterable, Comparable, Sendable {
    /// Up to 0.5 %: changes of a percent are seen with a handful of runs.
    case steady
    /// Up to 2 %.
    case moderate
    /// Up to 5 %.
    case noisy
    /// Above: only gross changes can be told.
    case wild

    package init(relativeDeviation: Double) {
        self =
            switch relativeDeviation {
            case ...0.005: .steady
            case ...0.02: .moderate
            case ...0.05: .noisy
            default: .wild
            }
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
