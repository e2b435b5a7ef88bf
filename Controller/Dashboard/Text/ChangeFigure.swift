import FleetModel
import Storage

/// How much a metric changed, with the interval that belongs to it.
struct ChangeFigure: Hashable, Sendable {
    /// `+4.21 %`.
    let percent: String
    /// `[+3.80, +4.61]`; nil where too few samples give none.
    let interval: String?
    /// Without the sign, for sentences: `4.21 %`.
    let size: String
    /// For sentences: `[3.80, 4.61]`.
    let bounds: String?

    init(_ shift: ComparisonStore.Shift) {
        self.init(
            RelativeInterval(value: shift.relative, low: shift.low, high: shift.high))
    }

    init(_ shift: RelativeInterval) {
        let ends = [shift.low, shift.high].compactMap { $0 }
        let largest = ([shift.value] + ends).map { abs($0 * 100) }.max() ?? 0
        let decimals = Figures.decimals(for: largest, atMost: 4)
        let unit = Figures.thinSpace + "%"
        percent = Self.signed(shift.value, decimals) + unit
        size = Figures.fixed(abs(shift.value) * 100, decimals: decimals) + unit
        guard let low = shift.low, let high = shift.high else {
            interval = nil
            bounds = nil
            return
        }
        interval = "[\(Self.signed(low, decimals)), \(Self.signed(high, decimals))]"
        let isFall = shift.value < 0
        let (first, second) = isFall ? (-high, -low) : (low, high)
        bounds =
            "[\(Figures.fixed(first * 100, decimals: decimals)), "
            + "\(Figures.fixed(second * 100, decimals: decimals))]"
    }

    private static func signed(_ share: Double, _ decimals: Int) -> String {
        let text = Figures.fixed(share * 100, decimals: decimals)
        return share > 0 ? "+" + text : text
    }
}

/// One change of one benchmark, for lists and sentences.
struct ChangeLine: Hashable, Sendable {
    let mark: Mark
    let benchmark: ForeignText
    let parameters: ForeignText?
    let metric: ForeignText
    let change: ChangeFigure?
    /// `slower`, `faster`, `higher` or `lower`.
    let comparative: String

    init(_ row: ComparisonStore.RowRecord) {
        mark = Mark(row.direction)
        benchmark = ForeignText(row.benchmark, limit: 120)
        parameters = ForeignText(row.parameters, limit: 120)
        metric = ForeignText(row.metric.name, limit: 60)
        change = row.shift.map { ChangeFigure($0) }
        comparative = Self.comparative(row.metric, row.shift)
    }

    /// What a shift of the metric is called.
    static func comparative(
        _ metric: MetricIdentity, _ shift: ComparisonStore.Shift?
    ) -> String {
        comparative(metric, rises: (shift?.relative ?? 0) > 0)
    }

    static func comparative(_ metric: MetricIdentity, rises: Bool) -> String {
        let isTime = metric.unit == "s" && metric.better == .lower
        if isTime { return rises ? "slower" : "faster" }
        return rises ? "higher" : "lower"
    }

    /// Adds `parse is slower by 4.21 % [3.80, 4.61]`; with an empty verb, without `is`.
    func tell(in sentence: inout Sentence, verb: String = "is ") {
        sentence.name(benchmark)
        if let parameters {
            sentence.say(" (")
            sentence.name(parameters)
            sentence.say(")")
        }
        if comparative == "higher" || comparative == "lower" {
            sentence.say(" ")
            sentence.name(metric)
        }
        sentence.say(" " + verb)
        guard let change else {
            sentence.stress(comparative)
            return
        }
        sentence.stress("\(comparative) by \(change.size)")
        if let bounds = change.bounds { sentence.say(" " + bounds) }
    }
}

extension ForeignText {
    /// `size=64k, threads=4`; nil without parameters.
    init?(_ parameters: Parameters, limit: Int = 300) {
        guard !parameters.pairs.isEmpty else { return nil }
        self.init(parameters.text, limit: limit)
    }
}
