/// How many repetitions at the start were still warming up.
///
/// Source: statistics specification, section 6 (warm-up); the change-point test over all values
/// at once, level 0.01.
package enum WarmUp: Hashable, Sendable {
    /// So many repetitions are to be dropped, at most half.
    case steady(after: Int)
    /// More than half would have to go.
    case neverSteady

    /// - Parameter repetitions: in order.
    /// - Throws: `emptySample`, `nonFiniteInput`, `outOfRange` for more than
    ///   `SplitSearch.longest` of them.
    package init(_ repetitions: [Double]) throws(StatisticsFailure) {
        try Requirement.sample(repetitions, named: "repetitions")
        var dropped = 0
        while dropped <= repetitions.count / 2 {
            let rest = Array(repetitions[dropped...])
            var options = FleetDetector.Options()
            options.window = max(2, rest.count)
            // A disturbance in the middle that passed is no warm-up.
            options.findsEpisodes = false
            let detector = try FleetDetector(.second, options: options)
            guard let first = try detector.changePoints(in: rest).first else {
                self = .steady(after: dropped)
                return
            }
            dropped += first.index
        }
        self = .neverSteady
    }
}
