import Glibc
import Statistics

extension EpochLevels {
    /// The newest points, at most `count`, where a straight line tells them better than the levels
    /// that were found among them; nil where it does not, or there is but one level.
    ///
    /// Better is less by Bayes' information criterion, with two numbers for the line, and a height
    /// and a place for each level. All steps must lead the line's way, and Mann and Kendall's test
    /// must see a drift.
    /// Source: Schwarz 1978; statistics specification, §10.
    func drift(within count: Int) throws -> Range<Int>? {
        let whole = max(0, values.count - count)..<values.count
        let parts = segments.filter { $0.overlaps(whole) }.map { $0.clamped(to: whole) }
        guard parts.count > 1, whole.count >= MannKendall.fewest else { return nil }
        let window = Array(values[whole])
        let trend = try Trend(of: window)
        let middles = parts.map { median($0) }
        let leadsOneWay = zip(middles, middles.dropFirst()).allSatisfy {
            ($1 - $0) * trend.slope > 0
        }
        guard leadsOneWay else { return nil }
        let line = window.enumerated().reduce(0) { sum, entry in
            let gap = entry.element - trend.intercept - trend.slope * Double(entry.offset)
            return sum + gap * gap
        }
        let steps = try parts.reduce(0) { sum, part in
            let moments = try Moments(Array(values[part]))
            return sum + (moments.variance ?? 0) * Double(part.count - 1)
        }
        let size = Double(window.count)
        let cost = { (squares: Double, numbers: Int) in
            size * log(max(squares, .leastNormalMagnitude) / size) + Double(numbers) * log(size)
        }
        guard cost(line, 2) < cost(steps, 2 * parts.count - 1) else { return nil }
        return MannKendall.isDrifting(window) ? whole : nil
    }
}
