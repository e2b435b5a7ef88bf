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
        try SplitRule.check(window: window)
        try Requirement.unit(maximumP, named: "max_p")
        try Requirement.magnitude(minimumMagnitude)
        self.maximumP = maximumP
        self.minimumMagnitude = minimumMagnitude
        let weak = maximumP < 0.05 ? 10 : maximumP < 0.5 ? 2 : 1.0
        rule = SplitRule(window: window, level: weak * maximumP, spread: .population)
    }

    package struct ChangePoint: LevelChange {
        package let index: Int
        package var isConfirmed: Bool { true }
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

    package struct Memory: Sendable {
        fileprivate var tree = MomentsTree()
    }

    package func emptyMemory() -> Memory { Memory() }

    package func prepare(_ values: [Double], into prepared: inout [Double]) -> Int {
        let settled = prepared.count
        prepared += values[settled...]
        return settled
    }

    package func confirm(
        _ weak: [Int], in prepared: [Double], settled: Int, memory: inout Memory
    ) -> [ChangePoint] {
        memory.tree.update(prepared, settled: settled)
        var merge = OtavaMerge(weak, prepared, memory.tree)
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
    private(set) var pairs: [LevelPair] = []
    private var pValues: [Double] = []
    private let values: [Double]
    private let tree: MomentsTree

    init(_ weak: [Int], _ values: [Double], _ tree: MomentsTree) {
        indices = weak
        self.values = values
        self.tree = tree
        pairs = weak.indices.map { pair($0) }
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
        indices.remove(at: place)
        pairs.remove(at: place)
        pValues.remove(at: place)
        for stale in place..<max(place, min(place + 2, pairs.count)) {
            pairs[stale] = pair(stale)
            pValues[stale] = pairs[stale].p(.population)
        }
    }

    /// The stretches before and behind a point, up to its neighbours.
    private func pair(_ place: Int) -> LevelPair {
        let start = place == 0 ? 0 : indices[place - 1]
        let end = place + 1 < indices.count ? indices[place + 1] : values.count
        return LevelPair(
            left: tree.moments(values, start..<indices[place]),
            right: tree.moments(values, indices[place]..<end))
    }
}

extension SegmentMoments {
    /// The standard deviation with divisor n.
    fileprivate var wholeDeviation: Double { (squares / Double(count)).squareRoot() }
}
