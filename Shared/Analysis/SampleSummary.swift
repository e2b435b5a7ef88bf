package import FleetModel
import Statistics

/// The figures of one measurement that lists and graphs show.
package struct SampleSummary: Hashable, Sendable {
    package let count: Int
    package let invalidCount: Int
    package let minimum: Double
    package let median: Double
    package let mean: Double
    package let p90: Double
    package let p99: Double
    package let maximum: Double
    package let mad: Double
    /// Of the median, by order statistics; nil below six samples.
    package let interval: MedianRange?
    package let validity: Validity

    package struct MedianRange: Hashable, Sendable {
        package let low: Double
        package let high: Double
        /// The confidence that the interval really has.
        package let level: Double
    }

    /// Nil without a valid sample.
    package init?(_ samples: [SampleBlock.Sample]) {
        let valid = samples.filter { $0.validity != .invalid && $0.value.isFinite }
        let values = valid.map(\.value)
        guard let summary = try? Summary(of: values),
            let p90 = try? Quantile.value(at: 0.90, of: values),
            let p99 = try? Quantile.value(at: 0.99, of: values)
        else { return nil }
        count = values.count
        invalidCount = samples.count - values.count
        minimum = summary.minimum
        median = summary.median
        mean = summary.mean
        self.p90 = p90
        self.p99 = p99
        maximum = summary.maximum
        mad = summary.mad
        interval = summary.medianInterval.map {
            MedianRange(
                low: $0.interval.lower, high: $0.interval.upper, level: $0.confidence)
        }
        validity = valid.contains { $0.validity == .suspect } ? .suspect : .clean
    }
}
