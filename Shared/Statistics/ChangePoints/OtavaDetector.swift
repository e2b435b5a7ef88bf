/// Change points as Apache Otava 0.8.0 finds them, its known faults included: for moving over
/// from it. The default is `FleetDetector`.
///
/// Source: Fleming et al. 2023 (Hunter); statistics specification, section 9.2.
package struct OtavaDetector: LevelDetector {
    package let maximumP: Double
    package let minimumMagnitude: Double
    package let rule: SplitRule

    /// - Throws: `outOfRange`.
    package init(
        window: Int = 50, maximumP: Double = 0.001, minimumMagnitude: Double = 0
    ) throws(StatisticsFailure) {
        try Requirement.unit(maximumP, named: "max_p")
        try Requirement.magnitude(minimumMagnitude)
        self.maximumP = maximumP
        self.minimumMagnitude = minimumMagnitude
        let weak = maximumP < 0.05 ? 10 : maximumP < 0.5 ? 2 : 1.0
        rule = try SplitRule(window: window, level: weak * maximumP, spread: .population)
    }

    package struct ChangePoint: LevelChange {
        package let index: Int
        package let p: Double
        package let meanBefore: Double
        package let meanAfter: Double
        /// With divisor n.
        package let deviationBefore: Double
        package let deviationAfter: Double

        package func moved(by count: Int) -> ChangePoint {
            ChangePoint(
                index: index + count, p: p, meanBefore: meanBefore, meanAfter: meanAfter,
                deviationBefore: deviationBefore, deviationAfter: deviationAfter)
        }
    }

    package var unsettled: Int { 0 }

    package func prepare(
        _ values: [Double], from start: Int, into prepared: inout [Double]
    ) {
        prepared += values[prepared.count...]
    }

    package func confirm(_ weak: [Int], in prepared: [Double]) -> [ChangePoint] {
        var merge = OtavaMerge(weak, prepared)
        while let place = merge.weakest(maximumP, minimumMagnitude) { merge.remove(place) }
        return zip(merge.indices, merge.pairs).map { index, pair in
            ChangePoint(
                index: index, p: pair.p(.population),
                meanBefore: pair.left.mean, meanAfter: pair.right.mean,
                deviationBefore: pair.left.wholeDeviation,
                deviationAfter: pair.right.wholeDeviation)
        }
    }
}

/// Step 3: points are deleted until all that remain are significant and large enough.
private struct OtavaMerge {
    private(set) var indices: [Int]
    /// As last computed: the left neighbour of a deleted point is left stale, as the original
    /// leaves it.
    private(set) var pairs: [LevelPair]
    private var segments: [SegmentMoments]
    private var pValues: [Double]

    init(_ weak: [Int], _ values: [Double]) {
        indices = weak
        let bounds = [0] + weak + [values.count]
        segments = zip(bounds, bounds.dropFirst()).map { SegmentMoments(values, $0..<$1) }
        pairs = zip(segments, segments.dropFirst()).map { LevelPair(left: $0, right: $1) }
        pValues = pairs.map { $0.p(.population) }
    }

    /// The point to delete next: the largest p, unless it is below the bound; then the smallest
    /// magnitude, unless it is above its bound.
    func weakest(_ maximumP: Double, _ minimumMagnitude: Double) -> Int? {
        guard let largest = pValues.max() else { return nil }
        if largest >= maximumP { return pValues.firstIndex(of: largest) }
        let magnitudes = pairs.map(\.magnitude)
        guard let smallest = magnitudes.min(), smallest <= minimumMagnitude else { return nil }
        return magnitudes.firstIndex(of: smallest)
    }

    mutating func remove(_ place: Int) {
        let joined = SegmentMoments(joining: segments[place], segments[place + 1])
        segments.replaceSubrange(place...place + 1, with: [joined])
        indices.remove(at: place)
        pairs.remove(at: place)
        pValues.remove(at: place)
        for stale in place..<min(place + 2, pairs.count) {
            pairs[stale] = LevelPair(left: segments[stale], right: segments[stale + 1])
            pValues[stale] = pairs[stale].p(.population)
        }
    }
}

extension SegmentMoments {
    /// The standard deviation with divisor n.
    fileprivate var wholeDeviation: Double { (squares / Double(count)).squareRoot() }
}
