import FleetModel
import Storage

/// The stretches of a series between changes of level and epoch breaks, each with its level.
struct SeriesLevels: Hashable, Sendable {
    let stretches: [Stretch]

    struct Stretch: Hashable, Sendable {
        let places: Range<Int>
        /// As the analysis found it, else the median of the points' medians; nil when none of them
        /// has one.
        let level: Double?
        let beginning: Beginning
    }

    enum Beginning: Hashable, Sendable {
        case start
        /// The analysis found a change.
        case change(Direction)
        /// Another platform epoch of the host.
        case epoch
    }

    init(
        _ points: [SeriesPoint], steps: SeriesSteps = SeriesSteps(),
        analysed: [SeriesAnalysis.Level] = []
    ) {
        var starts: [(place: Int, beginning: Beginning)] = []
        for place in points.indices {
            if place == 0 {
                starts.append((place, .start))
            } else if let epoch = points[place].epoch, let before = points[place - 1].epoch,
                epoch != before
            {
                starts.append((place, .epoch))
            } else if let step = steps[points[place].run] {
                starts.append((place, .change(step.direction)))
            }
        }
        let known = AnalysedLevels(analysed, points)
        stretches = starts.enumerated().map { number, start in
            let end = number + 1 < starts.count ? starts[number + 1].place : points.count
            let values = points[start.place..<end].compactMap(Self.value)
            return Stretch(
                places: start.place..<end,
                level: known.level(at: start.place, in: points[start.place].epoch)
                    ?? Self.median(values), beginning: start.beginning)
        }
    }

    /// The direction of a point that is decided to be a change against its base.
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

/// The levels of an analysis, by the places of their first points.
private struct AnalysedLevels {
    /// By epoch, in the order of places.
    private let levels: [String: [(first: Int, last: Int, median: Double)]]

    init(_ analysed: [SeriesAnalysis.Level], _ points: [SeriesPoint]) {
        guard !analysed.isEmpty else {
            levels = [:]
            return
        }
        let places = Dictionary(
            points.enumerated().map { ($0.element.run.text, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var found: [String: [(first: Int, last: Int, median: Double)]] = [:]
        for level in analysed {
            // One that began before the points that were read reaches into them.
            guard let last = places[level.lastRun] else { continue }
            found[level.epoch, default: []].append(
                (places[level.firstRun] ?? 0, last, level.median))
        }
        levels = found
    }

    func level(at place: Int, in epoch: String?) -> Double? {
        levels[epoch ?? ""]?.last { $0.first <= place && place <= $0.last }?.median
    }
}
