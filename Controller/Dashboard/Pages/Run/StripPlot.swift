import FleetModel
import Storage

/// All samples of both sides on one axis, the base's above the head's, each with its median.
///
/// Positions only, in the units of the drawing's own box; the template draws them.
struct StripPlot: Hashable, Sendable {
    static let width = 220.0
    static let height = 34.0
    /// More samples a side are thinned evenly, never averaged.
    static let dotsShown = 150

    let base: Lane?
    let head: Lane
    /// What a reader without the picture is told.
    let label: String

    /// One side.
    struct Lane: Hashable, Sendable {
        /// SVG path data of a dot for each valid sample.
        let dots: String
        /// The same for samples that do not count; nil without any.
        let invalidDots: String?
        let median: Median?
    }

    struct Median: Hashable, Sendable {
        let x: String
        let top: String
        let bottom: String
    }

    /// Nil without a valid sample of the head.
    init?(base: MeasurementRecord?, head: MeasurementRecord?, scale: UnitScale) {
        guard let head, let headBlock = head.block else { return nil }
        let sides = [base?.block, headBlock].compactMap { $0 }
        let values = sides.flatMap { $0.samples.map(\.value) }.filter(\.isFinite)
        guard let low = values.min(), let high = values.max(),
            headBlock.samples.contains(where: { $0.validity != .invalid })
        else { return nil }
        let axis = Axis(low: low, high: high)
        self.base = base.flatMap { record in
            record.block.map { Lane($0, median: record.figures.median, axis: axis, row: 0) }
        }
        self.head = Lane(headBlock, median: head.figures.median, axis: axis, row: 1)
        label = Self.label(base, head, low: low, high: high, scale: scale)
    }

    private static func label(
        _ base: MeasurementRecord?, _ head: MeasurementRecord, low: Double, high: Double,
        scale: UnitScale
    ) -> String {
        func text(_ value: Double?) -> String {
            value.map(scale.text) ?? "none"
        }
        func side(_ record: MeasurementRecord) -> String {
            "\(record.figures.count) samples, median \(text(record.figures.median))"
        }
        let first = base.map { "base: \(side($0)); " } ?? ""
        return "\(first)head: \(side(head)); all between \(text(low)) and \(text(high))"
    }

    /// From values to places.
    struct Axis {
        let low: Double
        let high: Double

        func x(_ value: Double) -> Double {
            let margin = 6.0
            let extent = high - low
            guard extent > 0, extent.isFinite else { return StripPlot.width / 2 }
            return margin + (value - low) / extent * (StripPlot.width - 2 * margin)
        }
    }
}

extension StripPlot.Lane {
    init(_ block: SampleBlock, median: Double?, axis: StripPlot.Axis, row: Int) {
        let middle = row == 0 ? 9.0 : 25.0
        let samples = Self.thinned(block.samples.filter { $0.value.isFinite })
        func path(_ isWanted: (SampleBlock.Sample) -> Bool) -> String {
            samples.enumerated().filter { isWanted($0.element) }.map { place, sample in
                // Up and down in turn, so that equal values do not hide each other.
                let step = Double(place * 5 % 7) - 3
                let x = Coordinate.tenths(axis.x(sample.value))
                return "M\(x) \(Coordinate.tenths(middle + step))h.01"
            }.joined()
        }
        dots = path { $0.validity != .invalid }
        let invalid = path { $0.validity == .invalid }
        invalidDots = invalid.isEmpty ? nil : invalid
        self.median = median.map {
            StripPlot.Median(
                x: Coordinate.tenths(axis.x($0)), top: Coordinate.tenths(middle - 7),
                bottom: Coordinate.tenths(middle + 7))
        }
    }

    private static func thinned(_ samples: [SampleBlock.Sample]) -> [SampleBlock.Sample] {
        guard samples.count > StripPlot.dotsShown else { return samples }
        let step = Double(samples.count) / Double(StripPlot.dotsShown)
        return (0..<StripPlot.dotsShown).map { samples[Int(Double($0) * step)] }
    }
}
