/// Change points that are not fooled by single far values, correlated noise or the search itself.
///
/// Source: statistics specification, section 9.3, which is the first edition; decision 0030 for
/// the second, the default.
package struct FleetDetector: LevelDetector {
    package enum Edition: Int, CaseIterable, Sendable {
        /// The specification's text.
        case first = 1
        /// Short sides are tested by rank too, and each change is located anew.
        case second = 2
    }

    package let edition: Edition
    /// The significance that the best of all searched positions must reach.
    package let alpha: Double
    package let minimumSegment: Int
    package let minimumMagnitude: Double
    package let rule: SplitRule
    private let clip: HampelClip

    /// - Throws: `outOfRange`.
    package init(
        _ edition: Edition = .second, window: Int = 50, weakP: Double = 0.01,
        alpha: Double = 0.01, minimumSegment: Int = 3, minimumMagnitude: Double = 0,
        clipHalfWindow: Int = 5, clipReach: Double = 4
    ) throws(StatisticsFailure) {
        try Requirement.openUnit(weakP, named: "weak_p")
        try Requirement.openUnit(alpha, named: "alpha")
        try Requirement.magnitude(minimumMagnitude)
        guard minimumSegment >= 1 else {
            throw .outOfRange("min_segment must be at least 1, not \(minimumSegment)")
        }
        guard (0...1000).contains(clipHalfWindow) else {
            throw .outOfRange("hampel_half_window must lie in 0 ... 1000, not \(clipHalfWindow)")
        }
        try Requirement.positive(clipReach, named: "hampel_k")
        self.edition = edition
        self.alpha = alpha
        self.minimumSegment = minimumSegment
        self.minimumMagnitude = minimumMagnitude
        clip = HampelClip(halfWindow: clipHalfWindow, reach: clipReach)
        rule = try SplitRule(window: window, level: weakP, spread: .sample)
    }

    package struct ChangePoint: LevelChange {
        package let index: Int
        /// Where the change may as well lie: the second edition's 95 % stretch around `index`,
        /// the first edition's `index` alone.
        package let range: ClosedRange<Int>
        /// Of the t test with sizes deflated for correlated neighbours.
        package let tTestP: Double
        /// Of the Mann–Whitney test; nil in the first edition when a side has fewer than six
        /// values.
        package let rankP: Double?
        /// Lag-1 autocorrelation of the residuals of both sides.
        package let correlation: Double
        /// The larger p, corrected for having searched the position.
        package let adjustedP: Double
        /// Means of the clipped values up to the neighbouring change points.
        package let meanBefore: Double
        package let meanAfter: Double

        package func moved(by count: Int) -> ChangePoint {
            ChangePoint(
                index: index + count, range: range.lowerBound + count...range.upperBound + count,
                tTestP: tTestP, rankP: rankP, correlation: correlation, adjustedP: adjustedP,
                meanBefore: meanBefore, meanAfter: meanAfter)
        }
    }

    package struct Memory: Sendable {
        var tree = MomentsTree()
        var evidence = FleetEvidence()
        var boundaries = LevelBoundaries()
    }

    package func emptyMemory() -> Memory { Memory() }

    package func prepare(_ values: [Double], into prepared: inout [Double]) -> Int {
        // Values that had no neighbours behind them yet are judged again.
        let start = max(0, prepared.count - clip.halfWindow)
        let judged = clip.values(values, in: start..<values.count)
        var settled = start
        while settled < prepared.count, prepared[settled] == judged[settled - start] {
            settled += 1
        }
        prepared.removeLast(prepared.count - settled)
        prepared += judged[(settled - start)...]
        return settled
    }

    package func confirm(
        _ weak: [Int], in prepared: [Double], settled: Int, memory: inout Memory
    ) -> [ChangePoint] {
        memory.tree.update(prepared, settled: settled)
        memory.evidence.begin(weak, settled: settled)
        var gate = FleetGate(weak, prepared, self, memory.tree, &memory.evidence)
        while let place = gate.weakest() { gate.remove(place, &memory.evidence) }
        let found = gate.changePoints(&memory.evidence)
        memory.evidence.end()
        guard edition == .second else { return found }
        return memory.boundaries.relocate(
            found, in: prepared, settled: settled, margin: minimumSegment,
            memory.tree)
    }
}
