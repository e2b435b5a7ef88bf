package import FleetModel
import Statistics

/// One side's samples as evidence.
package struct SampleSide: Hashable, Sendable {
    /// The medians of the visits' valid samples, in the order of the visits.
    package let visits: [Double]
    package let sampleCount: Int
    package let invalidCount: Int

    package init(_ samples: [SampleBlock.Sample]) {
        let valid = samples.filter { $0.validity != .invalid && $0.value.isFinite }
        sampleCount = valid.count
        invalidCount = samples.count - valid.count
        let byVisit = Dictionary(grouping: valid, by: \.visit)
        visits = byVisit.sorted { $0.key < $1.key }.compactMap { _, samples in
            try? Quantile.median(of: samples.map(\.value))
        }
    }

    /// Nil without a valid sample.
    package var statistic: SideStatistic? {
        guard let summary = try? Summary(of: visits) else { return nil }
        return SideStatistic(
            visits: visits.count, samples: sampleCount, median: summary.median, mad: summary.mad)
    }

    /// The scaled median absolute deviation of the visits, relative to their median.
    var relativeSpread: Double? {
        guard visits.count >= 2, let summary = try? Summary(of: visits), summary.median != 0
        else { return nil }
        return abs(summary.scaledMAD / summary.median)
    }
}

/// One side of a comparison in three numbers.
package struct SideStatistic: Hashable, Sendable {
    package let visits: Int
    package let samples: Int
    package let median: Double
    package let mad: Double

    package init(visits: Int, samples: Int, median: Double, mad: Double) {
        self.visits = visits
        self.samples = samples
        self.median = median
        self.mad = mad
    }
}
