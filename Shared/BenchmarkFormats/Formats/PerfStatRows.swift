/// The counters of `perf stat`, whose files may hold several runs (`--append`).
struct PerfStatRows {
    private struct Counter {
        let unit: CanonicalUnit
        /// One value for each run that has it.
        var values: [(run: Int, value: Double)] = []
        var variance: Double?
    }

    private static let name = "perf stat"
    private var order: [String] = []
    private var counters: [String: Counter] = [:]
    private var run = 0
    private var seen: Set<String> = []

    /// Another run begins.
    mutating func begin() {
        guard !seen.isEmpty else { return }
        run += 1
        seen = []
    }

    /// One line of the report.
    mutating func add(_ row: PerfStatRow, into results: inout ResultCollector) {
        let metric = Slug.of(row.event)
        guard !metric.isEmpty else {
            return results.fail(
                .entryInvalid, name: Self.name, message: "a line has no event", at: row.position)
        }
        if !seen.insert(metric).inserted { begin(metric) }
        guard !row.isUnsupported else {
            return results.fail(
                .metricUnsupported, name: Self.name, metric: metric,
                message: "the event was not counted", at: row.position)
        }
        let unit = row.unit.isEmpty ? .count : Units.canonical(row.unit)
        let value: Double
        do throws(ValueFault) {
            value = try unit.value(row.value)
        } catch {
            return results.fail(
                error.problemClass, name: Self.name, metric: metric, message: error.message,
                at: row.position)
        }
        if let share = row.percentRunning, share < 100 {
            results.warn(
                .scaledCounter, message: "\(metric) was counted part of the time and scaled up")
        }
        if counters[metric] == nil { order.append(metric) }
        counters[metric, default: Counter(unit: unit)].values.append((run, value))
        counters[metric]?.variance = row.variancePercent
    }

    /// The same event again is the next run's.
    private mutating func begin(_ metric: String) {
        run += 1
        seen = [metric]
    }

    /// One run gives headlines, several give samples.
    func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        for metric in order {
            guard let counter = counters[metric] else { continue }
            let unit = CanonicalUnit(name: counter.unit.name)
            try results.add(ResultIdentity(name: Self.name, metric: metric)) {
                () throws(ValueFault) in
                var record = ResultRecord(unit, better: .lower)
                guard run == 0 else {
                    record.samples = counter.values.map(\.value)
                    record.groups = SampleGroups(counter.values.map(\.run))
                    return record
                }
                let isMean = counter.variance != nil
                record.headline = counter.values.last.map {
                    ($0.value, isMean ? .mean : .single)
                }
                record.stats["rel_stddev"] = CanonicalUnit.percent.figure(counter.variance)
                return record
            }
        }
    }
}

/// What one line says.
struct PerfStatRow {
    let event: String
    let unit: String
    let value: Double?
    let isUnsupported: Bool
    var variancePercent: Double?
    var percentRunning: Double?
    var position: TextPosition?

    init(event: String, unit: String, value: String) {
        self.event = event
        self.unit = unit
        self.value = DecimalNumber.read(text: value)
        isUnsupported = value.hasPrefix("<not ")
    }
}
