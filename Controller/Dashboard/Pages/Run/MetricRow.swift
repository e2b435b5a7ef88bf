import FleetModel
import Storage

/// One metric of a benchmark beside its others: time, counters, memory.
struct MetricRow: Hashable, Sendable {
    let metric: ForeignText
    let series: String
    let provider: ForeignText
    let base: Quantity?
    let head: Quantity?
    /// Of the medians; without an interval, since it is not what is judged.
    let change: String?
    /// Median distance from the median, as a share.
    let spread: String?
    let count: String
    /// The grade, and why it is not better.
    let quality: ForeignText
    let isClean: Bool
    /// Of a hardware counter that was not there all the time.
    let coverage: String?

    /// All metrics of the benchmark, in the order of their names.
    static func all(
        _ measurements: [MeasurementRecord], like choice: SampleDetail.Choice
    ) -> [MetricRow] {
        let found = measurements.filter {
            $0.isCounted && $0.series.key.benchmark == choice.benchmark
                && $0.series.key.parameters == choice.parameters
        }
        let heads = found.filter { $0.role == .candidate }
        return heads.map { head in
            let base = found.first { $0.role == .base && $0.series.id == head.series.id }
            return MetricRow(head, base: base)
        }
    }

    init(_ head: MeasurementRecord, base: MeasurementRecord?) {
        let key = head.series.key
        let medians = [head.figures.median, base?.figures.median]
        let scale = UnitScale(
            unit: key.metric.unit, largest: medians.compactMap { $0.map(abs) }.max() ?? 0)
        metric = ForeignText(key.metric.name, limit: 60)
        series = PagePath.series(head.series.id).text
        provider = ForeignText(SeriesFacts.provider(key.metric) ?? "as the tool reports", limit: 80)
        self.base = base?.figures.median.map(scale.quantity)
        self.head = head.figures.median.map(scale.quantity)
        change = head.figures.median.flatMap { after in
            base?.figures.median.flatMap { before in
                before == 0 ? nil : Self.percent(after / before - 1, isSigned: true)
            }
        }
        spread = head.figures.mad.flatMap { mad in
            head.figures.median.flatMap {
                $0 == 0 ? nil : Self.percent(mad / abs($0), isSigned: false)
            }
        }
        coverage = Self.coverage(head.quality)
        let invalid = head.figures.invalidCount + (base?.figures.invalidCount ?? 0)
        count = Figures.grouped(head.figures.count)
        isClean = invalid == 0 && head.figures.validity == .clean
        let grade =
            invalid > 0 ? "\(Figures.grouped(invalid)) invalid" : head.figures.validity.rawValue
        let own = head.quality.reasons
        let reasons = own + (base?.quality.reasons ?? []).filter { !own.contains($0) }
        quality = ForeignText(
            isClean || reasons.isEmpty
                ? grade : "\(grade): \(QualityTable.words(Array(reasons.prefix(3))))", limit: 120)
    }

    private static func coverage(_ quality: MeasurementRecord.Quality) -> String? {
        guard let state = quality.counter, state != .exact else { return nil }
        let word = state.rawValue.replacing("_", with: " ")
        guard let share = quality.runningShare else { return word }
        return "\(word), counted \(percent(share, isSigned: false)) of the time"
    }

    private static func percent(_ share: Double, isSigned: Bool) -> String {
        (isSigned && share > 0 ? "+" : "") + Figures.percent(share, atMost: 3)
    }
}
