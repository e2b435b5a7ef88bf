/// Change points that are not fooled by single far values, correlated noise or the search itself.
///
/// Source: statistics specification, section 9.3.
package struct FleetDetector: LevelDetector {
    /// The significance that the best of all searched positions must reach.
    package let alpha: Double
    package let minimumSegment: Int
    package let minimumMagnitude: Double
    package let rule: SplitRule
    let clip: HampelClip

    /// - Throws: `outOfRange`.
    package init(
        window: Int = 50, weakP: Double = 0.01, alpha: Double = 0.01, minimumSegment: Int = 3,
        minimumMagnitude: Double = 0, clipHalfWindow: Int = 5, clipReach: Double = 4
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
        self.alpha = alpha
        self.minimumSegment = minimumSegment
        self.minimumMagnitude = minimumMagnitude
        clip = HampelClip(halfWindow: clipHalfWindow, reach: clipReach)
        rule = try SplitRule(window: window, level: weakP, spread: .sample)
    }

    package struct ChangePoint: LevelChange {
        package let index: Int
        /// Of the t test with sizes deflated for correlated neighbours.
        package let tTestP: Double
        /// Of the Mann–Whitney test; nil when a side has fewer than six values.
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
                index: index + count, tTestP: tTestP, rankP: rankP, correlation: correlation,
                adjustedP: adjustedP, meanBefore: meanBefore, meanAfter: meanAfter)
        }
    }

    package var unsettled: Int { clip.halfWindow }

    package func prepare(
        _ values: [Double], from start: Int, into prepared: inout [Double]
    ) {
        prepared.removeLast(max(0, prepared.count - start))
        var buffer: [Double] = []
        for index in prepared.count..<values.count {
            prepared.append(clip.value(at: index, of: values, &buffer))
        }
    }

    package func confirm(_ weak: [Int], in prepared: [Double]) -> [ChangePoint] {
        var gate = FleetGate(weak, prepared, self)
        while let place = gate.weakest() { gate.remove(place) }
        return gate.changePoints
    }
}
