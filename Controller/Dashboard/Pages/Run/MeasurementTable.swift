import FleetModel
import Storage

/// What was measured, where nothing was compared.
struct MeasurementTable: Hashable, Sendable {
    let rows: [Row]
    let hidden: Int?

    struct Row: Hashable, Sendable {
        let detail: String
        let benchmark: ForeignText
        let parameters: ForeignText?
        let metric: ForeignText
        let side: String
        let median: Quantity?
        let low: Quantity?
        let high: Quantity?
        let count: String
        let invalid: String?
        let plot: StripPlot?
        let plotWidth = Int(StripPlot.width)
        let plotHeight = Int(StripPlot.height)
    }

    init(_ measurements: [MeasurementRecord]) {
        let limit = ComparisonTable.rowsShown
        let counted = measurements.filter(\.isCounted)
        rows = counted.prefix(limit).enumerated().map { place, record in
            Row(record, withPlot: place < ComparisonTable.plotsShown)
        }
        hidden = counted.count > limit ? counted.count - limit : nil
    }
}

extension MeasurementTable.Row {
    init(_ record: MeasurementRecord, withPlot: Bool) {
        let key = record.series.key
        let figures = record.figures
        let scale = UnitScale(unit: key.metric.unit, largest: figures.median ?? 0)
        self.init(
            detail: SampleDetail.Choice(record).address(on: record.run),
            benchmark: ForeignText(key.benchmark, limit: 160),
            parameters: ForeignText(key.parameters),
            metric: ForeignText(key.metric.name, limit: 60),
            side: record.role == .base ? "base" : "head",
            median: figures.median.map(scale.quantity), low: figures.low.map(scale.quantity),
            high: figures.high.map(scale.quantity), count: Figures.grouped(figures.count),
            invalid: figures.invalidCount > 0
                ? "\(Figures.grouped(figures.invalidCount)) invalid" : nil,
            plot: withPlot ? StripPlot(base: nil, head: record, scale: scale) : nil)
    }
}
