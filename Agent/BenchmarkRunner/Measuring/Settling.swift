import Statistics

/// From where on a benchmark's repetitions no longer change their level.
///
/// Source: statistics specification, section 6, "Warm-up": the change-point test over all of them,
/// at 0.01.
enum Settling {
    /// Fewer say nothing about levels.
    static let least = 6

    /// Whether the level still changes in the second half of the repetitions: at most half of them
    /// may be warm-up.
    static func isMissing(in values: [Double]) -> Bool {
        guard values.count >= least, values.allSatisfy(\.isFinite),
            let detector = try? FleetDetector(window: values.count, alpha: 0.01)
        else { return false }
        var start = 0
        while values.count - start >= least {
            let rest = values[start...].map(Optional.some)
            guard let last = (try? detector.changePoints(in: rest))?.last else { return false }
            start += max(1, last.index)
            if start > values.count / 2 { return true }
        }
        return false
    }
}
