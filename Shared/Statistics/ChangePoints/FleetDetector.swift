/// Change points that are not fooled by single far values, correlated noise or the search itself.
///
/// Source: statistics specification, section 9.3, which is the first edition; decision 0030 for
/// the second, the default.
package struct FleetDetector: LevelDetector {
    package enum Edition: Int, CaseIterable, Sendable {
        /// The specification's text.
        case first = 1
        /// Short sides are tested by rank too, a level that is too short to be confirmed still
        /// separates its neighbours, and each change is located anew.
        case second = 2
    }

    /// The specification's names and defaults.
    package struct Options: Hashable, Sendable {
        package var window = 50
        /// The p-value up to which a window's split is looked at further.
        package var weakP = 0.01
        /// The significance that the best of all searched positions must reach.
        package var alpha = 0.01
        package var minimumSegment = 3
        /// Relative; a smaller change is none.
        package var minimumMagnitude = 0.0
        /// Values on each side by which a far one is judged.
        package var clipHalfWindow = 5
        /// Scaled median absolute deviations that a value may be away.
        package var clipReach = 4.0
        /// Whether a level is looked for that ends before its window does; second edition only.
        package var findsEpisodes = true

        package init() {}
    }

    package let edition: Edition
    package let options: Options
    package let rule: SplitRule
    private let clip: HampelClip

    /// The second edition with the specification's options.
    package static let standard = FleetDetector(.second, checked: Options())

    /// - Throws: `outOfRange`.
    package init(
        _ edition: Edition, options: Options = Options()
    ) throws(StatisticsFailure) {
        try SplitRule.check(window: options.window)
        try Requirement.openUnit(options.weakP, named: "weak_p")
        try Requirement.openUnit(options.alpha, named: "alpha")
        try Requirement.magnitude(options.minimumMagnitude)
        guard options.minimumSegment >= 1 else {
            throw .outOfRange("min_segment must be at least 1, not \(options.minimumSegment)")
        }
        guard (0...1000).contains(options.clipHalfWindow) else {
            throw .outOfRange("hampel_half_window must lie in 0 ... 1000")
        }
        try Requirement.positive(options.clipReach, named: "hampel_k")
        self.init(edition, checked: options)
    }

    private init(_ edition: Edition, checked options: Options) {
        self.edition = edition
        self.options = options
        clip = HampelClip(
            halfWindow: options.clipHalfWindow, reach: options.clipReach,
            shortestLevel: edition == .second ? options.minimumSegment : nil)
        rule = SplitRule(
            window: options.window, level: options.weakP, spread: .sample,
            episodes: edition == .second && options.findsEpisodes
                ? EpisodeRule(level: options.weakP / 100, window: options.window) : nil)
    }

    /// The same, but a relative change that is smaller is none.
    package func ignoring(below magnitude: Double) -> FleetDetector {
        var options = options
        options.minimumMagnitude = max(0, magnitude)
        return FleetDetector(edition, checked: options)
    }

    package struct ChangePoint: LevelChange {
        package let index: Int
        /// Where the change may as well lie: the second edition's 95 % stretch around `index`,
        /// the first edition's `index` alone.
        package let range: ClosedRange<Int>
        package let isConfirmed: Bool
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
                isConfirmed: isConfirmed, tTestP: tTestP, rankP: rankP, correlation: correlation,
                adjustedP: adjustedP,
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
        let found = gate.boundaries(&memory.evidence)
        memory.evidence.end()
        guard edition == .second else { return found }
        return memory.boundaries.relocate(
            found, in: prepared, settled: settled, margin: options.minimumSegment,
            memory.tree)
    }
}
