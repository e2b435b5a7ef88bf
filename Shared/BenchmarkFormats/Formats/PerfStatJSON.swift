/// `perf stat -j`.
struct PerfStatJSON: RecordFormat {
    static let id = "perf-stat-json"
    static let isSingle = true
    static let title = "perf stat -j"
    static let keeps = "Every event's count, the variance of `-r`; appended runs become samples"

    private var rows = PerfStatRows()

    init(_ options: ParseOptions) {}

    static func detect(_ evidence: FormatEvidence) -> String? {
        let isOne = evidence.object(with: "counter-value", "event") != nil
        return isOne || evidence.holds(.counterValue)
            || evidence.firstLine(with: "counter-value") != nil
            ? "counter-value" : nil
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let value = record["counter-value"] else { return }
        guard let event = record["event"]?.string else {
            return results.fail(.entryInvalid, name: "perf stat", message: "event is missing")
        }
        var row = PerfStatRow(
            event: event, unit: record["unit"]?.string ?? "", value: value.parameterText)
        row.variancePercent = record["variance"]?.double
        row.percentRunning = record["pcnt-running"]?.double
        rows.add(row, into: &results)
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        try rows.finish(into: &results)
    }
}
