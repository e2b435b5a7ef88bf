import FleetModel
import Storage

/// The stretches of a series between decided changes and epoch breaks, each with its level.
struct SeriesLevels: Hashable, Sendable {
    let stretches: [Stretch]

    struct Stretch: Hashable, Sendable {
        let places: Range<Int>
        /// Median of the points' medians; nil when none of them has one.
        let level: Double?
        let beginning: Beginning
    }

    enum Beginning: Hashable, Sendable {
        case start
        /// Regressed or improved against its base.
        case change(Direction)
        /// Another platform epoch of the host.
        case epoch
    }

    init(_ points: [SeriesPoint]) {
        var starts: [(place: Int, beginning: Beginning)] = []
        for place in points.indices {
            if place == 0 {
                starts.append((place, .start))
            } else if let epoch = points[place].epoch, let before = points[place - 1].epoch,
                epoch != before
            {
                starts.append((place, .epoch))
            } else if let direction = Self.change(points[place]) {
                starts.append((place, .change(direction)))
            }
        }
        stretches = starts.enumerated().map { number, start in
            let end = number + 1 < starts.count ? starts[number + 1].place : points.count
            let values = points[start.place..<end].compactMap(Self.value)
            return Stretch(
                places: start.place..<end, level: Self.median(values), beginning: start.beginning)
        }
    }

    /// The direction of a point that is decided to be a change.
    static func change(_ point: SeriesPoint) -> Direction? {
        guard let decided = point.decided, decided.isWatched else { return nil }
        switch decided.direction {
        case .regressed, .improved: return decided.direction
        case .unchanged, .unclear: return nil
        }
    }

    func level(at place: Int) -> Double? {
        // The stretches follow each other without a gap.
        var (low, high) = (0, stretches.count)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].places.lowerBound <= place {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low > 0 ? stretches[low - 1].level : nil
    }

    /// How far runs lie from their level, as a share of it: 1.4826 times the median of the
    /// distances, which estimates a standard deviation. Nil below eight runs.
    func noise(_ points: [SeriesPoint]) -> Double? {
        let shares = points.enumerated().compactMap { place, point -> Double? in
            guard let value = Self.value(point), let level = level(at: place), level != 0 else {
                return nil
            }
            return abs(value / level - 1)
        }
        guard shares.count >= 8, let middle = Self.median(shares) else { return nil }
        return 1.4826 * middle
    }

    private static func value(_ point: SeriesPoint) -> Double? {
        guard point.figures.validity != .invalid, let median = point.figures.median,
            median.isFinite
        else { return nil }
        return median
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
