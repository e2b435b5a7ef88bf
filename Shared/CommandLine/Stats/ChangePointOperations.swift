import Statistics

/// Splits and changes of level in a series.
enum ChangePointOperations {
    private enum Algorithm: String { case fleet, otava }

    static func bestSplit(_ given: StatsParameters) throws -> [String: JSONTree] {
        let values = try given.numbers("values")
        let start = try given.integer("start", default: 0)
        let end = try given.integer("end", default: values.count)
        guard start >= 0, start <= end, end <= values.count else {
            throw StatisticsFailure.outOfRange("0 <= start <= end <= number of values must hold")
        }
        let found = try BestSplit.of(values, in: start..<end)
        return ["index": .figure(found.index), "qhat": .figure(found.qhat)]
    }

    static func changePoints(_ given: StatsParameters) throws -> [String: JSONTree] {
        let values = try given.sparseNumbers("values")
        switch try given.word("algorithm", default: Algorithm.fleet) {
        case .fleet: return answer(try analyse(values, given, by: fleet(given)), tree)
        case .otava: return answer(try analyse(values, given, by: otava(given)), tree)
        }
    }

    /// What is not confirmed is given by its place alone.
    private static func answer<Point: LevelChange>(
        _ boundaries: [Point], _ tree: (Point) -> JSONTree
    ) -> [String: JSONTree] {
        [
            "change_points": .array(boundaries.filter(\.isConfirmed).map(tree)),
            "unconfirmed": .array(
                boundaries.filter { !$0.isConfirmed }.map { .figure($0.index) }),
        ]
    }

    private static func fleet(_ given: StatsParameters) throws -> FleetDetector {
        let number = try given.integer("edition", default: 1)
        guard let edition = FleetDetector.Edition(rawValue: number) else {
            throw StatisticsFailure.outOfRange("edition must be 1 or 2, not \(number)")
        }
        var options = FleetDetector.Options()
        options.window = try given.integer("window", default: options.window)
        options.weakP = try given.number("weak_p", default: options.weakP)
        options.alpha = try given.number("alpha", default: options.alpha)
        options.minimumSegment = try given.integer(
            "min_segment", default: options.minimumSegment)
        options.minimumMagnitude = try given.number(
            "min_magnitude", default: options.minimumMagnitude)
        options.clipHalfWindow = try given.integer(
            "hampel_half_window", default: options.clipHalfWindow)
        options.clipReach = try given.number("hampel_k", default: options.clipReach)
        options.findsEpisodes = try given.flag("episodes", default: options.findsEpisodes)
        return try FleetDetector(edition, options: options)
    }

    private static func otava(_ given: StatsParameters) throws -> OtavaDetector {
        try OtavaDetector(
            window: given.integer("window", default: 50),
            maximumP: given.number("max_p", default: 0.001),
            minimumMagnitude: given.number("min_magnitude", default: 0))
    }

    /// All at once, or from `append_from` on value by value.
    private static func analyse<Detector: LevelDetector>(
        _ values: [Double?], _ given: StatsParameters, by detector: Detector
    ) throws -> [Detector.ChangePoint] {
        guard let start = try given.integer("append_from") else {
            return try detector.boundaries(in: values)
        }
        guard (0...values.count).contains(start) else {
            throw StatisticsFailure.outOfRange("append_from must lie in 0 ... number of values")
        }
        guard values.contains(where: { $0 != nil }) else {
            throw StatisticsFailure.emptySample("values")
        }
        var series = ChangePointSeries(by: detector)
        try series.append(contentsOf: values[..<start])
        for value in values[start...] { try series.append(value) }
        return series.boundaries
    }

    private static func tree(_ point: FleetDetector.ChangePoint) -> JSONTree {
        level(
            point,
            [
                "p_t": .figure(point.tTestP), "p_rank": .figure(point.rankP),
                "rho": .figure(point.correlation), "p_adjusted": .figure(point.adjustedP),
                "earliest": .figure(point.range.lowerBound),
                "latest": .figure(point.range.upperBound),
            ])
    }

    private static func tree(_ point: OtavaDetector.ChangePoint) -> JSONTree {
        level(
            point,
            [
                "p": .figure(point.p), "sd_before": .figure(point.deviationBefore),
                "sd_after": .figure(point.deviationAfter),
            ])
    }

    private static func level(
        _ point: some LevelChange, _ own: [String: JSONTree]
    ) -> JSONTree {
        let common: [String: JSONTree] = [
            "index": .figure(point.index), "mean_before": .figure(point.meanBefore),
            "mean_after": .figure(point.meanAfter), "change": .figure(point.change),
            "magnitude": .figure(point.magnitude),
        ]
        return .object(common.merging(own) { first, _ in first })
    }
}
