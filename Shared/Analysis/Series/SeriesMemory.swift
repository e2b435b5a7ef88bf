import Statistics

/// What one analysis of a series keeps for the next: a point that arrives at its end is appended
/// to the change points found before (statistics specification, §9.4).
package struct SeriesMemory: Sendable {
    private var stretches: [String: ChangePointSeries<FleetDetector>] = [:]

    package init() {}

    /// Values that are kept.
    package var size: Int { stretches.values.reduce(0) { $0 + $1.values.count } }

    mutating func forget(except epochs: Set<String>) {
        stretches = stretches.filter { epochs.contains($0.key) }
    }

    /// Of all values of an epoch, in the order of commits: only what follows the values known
    /// before is new, anything else begins anew. What `otava` finds is only tried, and forgotten.
    mutating func boundaries(
        of epoch: String, in values: [Double], by search: LevelSearch
    ) throws -> [LevelStep] {
        switch search.detector {
        case .fleet(let detector):
            try boundaries(of: epoch, in: values, by: detector).map { LevelStep($0) }
        case .otava(let detector):
            try detector.boundaries(in: values).map { LevelStep($0) }
        }
    }

    private mutating func boundaries(
        of epoch: String, in values: [Double], by detector: FleetDetector
    ) throws -> [FleetDetector.ChangePoint] {
        // Taken out, so that appending copies nothing.
        var series = stretches.removeValue(forKey: epoch) ?? ChangePointSeries(by: detector)
        if series.detector != detector || !values.starts(with: series.values) {
            series = ChangePointSeries(by: detector)
        }
        try series.append(contentsOf: values[series.values.count...].map(Optional.some)[...])
        stretches[epoch] = series
        return series.boundaries
    }
}
