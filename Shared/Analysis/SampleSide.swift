package import FleetModel
import Statistics

/// One side's samples as evidence.
package struct SampleSide: Hashable, Sendable {
    /// The medians of the visits' valid samples, in the order of the visits.
    package let visits: [Double]
    package let sampleCount: Int
    package let invalidCount: Int
    /// The numbers of the visits, ascending.
    private let numbers: [Int64]

    package init(_ samples: [SampleBlock.Sample]) {
        let valid = samples.filter { $0.validity != .invalid && $0.value.isFinite }
        sampleCount = valid.count
        invalidCount = samples.count - valid.count
        var byVisit: [Int64: [Double]] = [:]
        for sample in valid { byVisit[sample.visit, default: []].append(sample.value) }
        numbers = byVisit.keys.sorted()
        visits = numbers.compactMap { number in
            byVisit[number].flatMap { try? Quantile.median(of: $0) }
        }
    }

    /// Nil without a valid sample.
    package var statistic: SideStatistic? {
        guard let median, let mad else { return nil }
        return SideStatistic(
            visits: visits.count, samples: sampleCount, median: median, mad: mad)
    }

    private var median: Double? { try? Quantile.median(of: visits) }

    private var mad: Double? {
        guard let median else { return nil }
        return try? Quantile.median(of: visits.map { abs($0 - median) })
    }

    /// The scaled median absolute deviation of the visits, relative to their median.
    var relativeSpread: Double? {
        guard visits.count >= 2, let median, let mad, median != 0 else { return nil }
        return abs(Summary.madScale * mad / median)
    }

    /// Places of the visits of the same number in both lists.
    package func places(with other: SampleSide) -> [(base: Int, candidate: Int)] {
        let theirs = Dictionary(
            uniqueKeysWithValues: other.numbers.enumerated().map { ($0.element, $0.offset) })
        return numbers.enumerated().compactMap { place, number in
            theirs[number].map { (place, $0) }
        }
    }

    /// Standard deviation over mean; nil for fewer than two visits, or a mean of 0.
    var variation: Double? {
        guard let summary = try? Summary(of: visits), summary.mean != 0 else { return nil }
        return summary.standardDeviation.map { $0 / abs(summary.mean) }
    }

    /// Visits of the same number on both sides, which were made one after the other.
    func pairs(with other: SampleSide) -> (first: [Double], second: [Double]) {
        let places = places(with: other)
        return (places.map { visits[$0.base] }, places.map { other.visits[$0.candidate] })
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
