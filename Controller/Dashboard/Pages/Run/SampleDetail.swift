import FleetModel
import Storage

/// The samples of one benchmark and metric, closer than the table shows them, and what else was
/// measured of the benchmark.
struct SampleDetail: Hashable, Sendable {
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let unit: ForeignText
    let order: DotPlot
    let pairs: DotPlot?
    let series: String?
    let metrics: [MetricRow]
    let hasNoBase: Bool
    /// How many samples of each side are not drawn as valid.
    let note: String?
    /// Why repeating stopped, and how precise it was then.
    let stop: String?

    /// What an address names, or the page chooses.
    struct Choice: Hashable, Sendable {
        let benchmark: String
        let parameters: Parameters
        let metric: String

        init(benchmark: String, parameters: Parameters, metric: String) {
            self.benchmark = benchmark
            self.parameters = parameters
            self.metric = metric
        }

        init(_ record: MeasurementRecord) {
            let key = record.series.key
            self.init(
                benchmark: key.benchmark, parameters: key.parameters, metric: key.metric.name)
        }

        init(_ row: ComparisonStore.RowRecord) {
            self.init(
                benchmark: row.benchmark, parameters: row.parameters, metric: row.metric.name)
        }

        /// The page with this one shown.
        func address(on run: RunID) -> String {
            PagePath.query(
                PagePath.run(run).text,
                [
                    ("benchmark", benchmark), ("params", parameters.canonicalText),
                    ("metric", metric),
                ]) + "#samples"
        }

        func names(_ record: MeasurementRecord) -> Bool { self == Choice(record) }
    }

    /// Nil when nothing of the head was measured.
    init?(
        _ choice: Choice, of measurements: [MeasurementRecord],
        cases: [MeasurementStore.Case] = [], row: ComparisonStore.RowRecord?
    ) {
        let found = measurements.filter { $0.isCounted && choice.names($0) }
        guard let head = found.last(where: { $0.role == .candidate }),
            let headBlock = head.block
        else { return nil }
        let base = found.last { $0.role == .base }
        let key = head.series.key
        let largest = [head.figures.median, base?.figures.median].compactMap { $0.map(abs) }.max()
        let scale = UnitScale(unit: key.metric.unit, largest: largest ?? 0)
        guard
            let order = Self.order(head: headBlock, base: base?.block, (head, base), scale)
        else { return nil }
        self.order = order
        pairs = base?.block.flatMap { Self.pairs(head: headBlock, base: $0, row: row) }
        benchmark = ForeignText(key.benchmark, limit: 160)
        parameters = ForeignText(key.parameters)
        metric = ForeignText(key.metric.name, limit: 60)
        unit = ForeignText(scale.unit.isEmpty ? "counts" : scale.unit, limit: 24)
        series = PagePath.series(head.series.id).text
        metrics = MetricRow.all(measurements, like: choice)
        hasNoBase = base == nil
        let ending = cases.last {
            $0.role == .candidate && $0.benchmark == key.benchmark
                && $0.parameters == key.parameters
        }
        stop = StopText.text(ending?.stop ?? head.stop, halfWidth: ending?.halfWidth)
        let invalid = found.reduce(0) { $0 + $1.figures.invalidCount }
        note =
            invalid > 0
            ? "\(RunVerdict.counted(Int(clamping: invalid), "sample")) left out, drawn as rings"
            : nil
    }

    private static func order(
        head: SampleBlock, base: SampleBlock?, _ records: (MeasurementRecord, MeasurementRecord?),
        _ scale: UnitScale
    ) -> DotPlot? {
        let blocks = [base, head].compactMap { $0 }
        let visits = blocks.flatMap { $0.samples.map(\.visit) }.max().map { Int(clamping: $0) + 1 }
        let marks = (base.map { Self.marks($0, kind: "base") } ?? []) + marks(head, kind: "head")
        var guides = DotPlot.Guides()
        if let median = records.1?.figures.median { guides.lines.append((median, "base")) }
        if let median = records.0.figures.median { guides.lines.append((median, "head")) }
        func text(_ value: Double?) -> String { value.map(scale.text) ?? "none" }
        let first = base == nil ? "" : "base: median \(text(records.1?.figures.median)); "
        return DotPlot(
            marks, visits: visits ?? 1, guides: guides, factor: scale.factor,
            label: "\(marks.count) samples in the order of \(visits ?? 1) visits; \(first)head: "
                + "median \(text(records.0.figures.median))")
    }

    /// Samples of one visit stand one after the other within it.
    private static func marks(_ block: SampleBlock, kind: String) -> [DotPlot.Mark] {
        let visits = Dictionary(grouping: block.samples, by: \.visit)
        return visits.flatMap { visit, samples in
            samples.sorted { $0.iteration < $1.iteration }.enumerated().map { number, sample in
                let share = (Double(number) + 0.5) / Double(samples.count)
                // The base in the left half of a visit, the head in the right one.
                let side = kind == "base" ? 0.08 : 0.54
                return DotPlot.Mark(
                    place: Double(visit) + side + share * 0.38, value: sample.value,
                    kind: sample.validity == .invalid ? "invalid" : kind)
            }
        }.sorted { ($0.place, $0.value) < ($1.place, $1.value) }
    }

    /// Relative differences of the sides' medians, visit by visit.
    private static func pairs(
        head: SampleBlock, base: SampleBlock, row: ComparisonStore.RowRecord?
    ) -> DotPlot? {
        let first = medians(base)
        let second = medians(head)
        let visits = Set(first.keys).intersection(second.keys).sorted()
        let marks = visits.compactMap { visit -> DotPlot.Mark? in
            guard let before = first[visit], let after = second[visit], before != 0 else {
                return nil
            }
            return DotPlot.Mark(
                place: Double(visit) + 0.5, value: (after / before - 1) * 100, kind: "head")
        }
        guard marks.count > 1, let count = visits.last else { return nil }
        var guides = DotPlot.Guides()
        guides.hasZero = true
        if let shift = row?.shift {
            guides.lines.append((shift.relative * 100, "head"))
            if let low = shift.low, let high = shift.high {
                guides.band = (low * 100, high * 100)
            }
        }
        let above = marks.count { $0.value > 0 }
        return DotPlot(
            marks, visits: Int(clamping: count) + 1, guides: guides, factor: 1,
            label: "the head is above the base in \(above) of \(marks.count) pairs of visits")
    }

    private static func medians(_ block: SampleBlock) -> [Int64: Double] {
        let valid = block.samples.filter { $0.validity != .invalid && $0.value.isFinite }
        return Dictionary(grouping: valid, by: \.visit).mapValues { samples in
            let sorted = samples.map(\.value).sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1
                ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        }
    }
}
