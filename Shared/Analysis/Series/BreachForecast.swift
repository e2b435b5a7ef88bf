import Statistics

/// When a line through the newest values meets a limit that was set for the first of them.
///
/// Source: perfgate contract, §8.
package struct BreachForecast: Hashable, Sendable {
    package enum Drift: String, Sendable { case stable, improving, degrading, critical }

    package let slope: Double
    package let intercept: Double
    package let rSquared: Double
    package let drift: Drift
    /// Nil where the line does not meet the limit, or met it already.
    package let runsToBreach: Int?
    /// How far the line's last value is from the limit, in percent of the limit.
    package let headroomPercent: Double

    package struct Terms: Hashable, Sendable {
        /// How much worse than the first value may be, as a fraction of it.
        package let threshold: Double
        /// Runs up to a breach that are few.
        package let criticalRuns: Int
        package let lowerIsBetter: Bool

        package init(threshold: Double, criticalRuns: Int, lowerIsBetter: Bool) {
            self.threshold = threshold
            self.criticalRuns = criticalRuns
            self.lowerIsBetter = lowerIsBetter
        }
    }

    /// More values than this are never looked at.
    package static let longest = 1_000

    /// Of values in their order, oldest first; nil for fewer than two, more than `longest`, or
    /// values of which no line can be made.
    package init?(of values: [Double], _ terms: Terms) {
        guard (2...Self.longest).contains(values.count), let first = values.first,
            let trend = try? Trend(of: values)
        else { return nil }
        let sign: Double = terms.lowerIsBetter ? 1 : -1
        let limit = first * (1 + sign * terms.threshold)
        let current = trend.intercept + trend.slope * Double(values.count - 1)
        (slope, intercept, rSquared) = (trend.slope, trend.intercept, trend.rSquared)
        let percent = limit == 0 ? 0 : sign * (limit - current) / limit * 100
        headroomPercent = percent.isFinite ? percent : 0
        runsToBreach = trend.runsToBreach(
            limit: limit, better: terms.lowerIsBetter ? .lower : .higher)
        let scale = current == 0 ? 1 : abs(current)
        if rSquared < 0.3 || abs(slope) / scale < 0.001 {
            drift = .stable
        } else if sign * slope < 0 {
            drift = .improving
        } else {
            let isNear = runsToBreach.map { $0 <= terms.criticalRuns } ?? false
            drift = isNear ? .critical : .degrading
        }
    }
}

/// A series in one line of text.
package enum Sparkline {
    private static let marks = Array("_.-~=+^#")

    /// One character for each value, lowest first in `_ . - ~ = + ^ #`; flat series are low.
    package static func text(of values: [Double]) -> String {
        guard let low = values.min(), let high = values.max(), high > low else {
            return String(repeating: "_", count: values.count)
        }
        return String(
            values.map { value in
                let share = (value / 2 - low / 2) / (high / 2 - low / 2)
                return marks[min(7, max(0, Int((share * 7 + 0.5).rounded(.down))))]
            })
    }
}
