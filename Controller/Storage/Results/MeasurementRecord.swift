import Database
package import FleetModel

/// The samples of one attempt × benchmark × metric × side, with their figures.
package struct MeasurementRecord: Hashable, Sendable {
    package let id: MeasurementID
    package let run: RunID
    package let attempt: AttemptID
    package let series: SeriesRecord
    package let commit: CommitHash
    package let role: RevisionRole
    package let figures: Figures
    package let quality: Quality
    package let stop: StopReason?
    package let isCounted: Bool
    package let measuredAt: ServerTime
    /// Nil where only figures were asked for.
    package let block: SampleBlock?

    /// Why samples are marked, and how far a counter was there.
    package struct Quality: Hashable, Sendable {
        /// Each once, the most frequent one first.
        package let reasons: [String]
        /// The least that a sample's counter says; nil for what no hardware counted.
        package let counter: CounterState?
        /// Of the time in which the counter was enabled, the share in which it counted.
        package let runningShare: Double?

        package static let unmarked = Quality(reasons: [], counter: nil, runningShare: nil)

        package init(reasons: [String], counter: CounterState?, runningShare: Double?) {
            self.reasons = reasons
            self.counter = counter
            self.runningShare = runningShare
        }
    }

    /// What lists and graphs show; nil numbers when every sample was invalid.
    package struct Figures: Hashable, Sendable {
        package let count: Int64
        package let invalidCount: Int64
        package let minimum: Double?
        package let median: Double?
        package let mean: Double?
        package let p90: Double?
        package let p99: Double?
        package let maximum: Double?
        package let mad: Double?
        package let low: Double?
        package let high: Double?
        package let level: Double?
        package let validity: Validity

        package init(
            count: Int64, invalidCount: Int64, minimum: Double?, median: Double?, mean: Double?,
            p90: Double?, p99: Double?, maximum: Double?, mad: Double?, low: Double?,
            high: Double?, level: Double?, validity: Validity
        ) {
            self.count = count
            self.invalidCount = invalidCount
            self.minimum = minimum
            self.median = median
            self.mean = mean
            self.p90 = p90
            self.p99 = p99
            self.maximum = maximum
            self.mad = mad
            self.low = low
            self.high = high
            self.level = level
            self.validity = validity
        }
    }
}

/// A series as it is stored.
package struct SeriesRecord: Hashable, Sendable {
    package let id: SeriesID
    package let key: SeriesKey

    package init(id: SeriesID, key: SeriesKey) {
        self.id = id
        self.key = key
    }
}

extension SeriesKey {
    /// The digest by which the series is found; every part of the key is in it.
    var digest: String {
        let parts = [
            benchmark, parameters.canonicalText, metric.name, metric.unit, metric.better.rawValue,
            metric.provider.rawValue, metric.pmu ?? "", architecture, hostClass, host.text,
            configuration,
        ]
        return SHA256Text.of(parts.map(JSONText.quoted).joined(separator: ","))
    }
}

extension SeriesRecord {
    static let columns = """
        series.id AS series_id, series.project_id AS series_project, series.benchmark,
        series.params, series.metric, series.unit, series.better, series.provider, series.pmu,
        series.architecture, series.host_class, series.host_id, series.configuration
        """

    init(_ row: Row) throws(DatabaseFailure) {
        let metric = MetricIdentity(
            name: try row.text("metric"), unit: try row.text("unit"),
            better: try row.word("better"), provider: try row.word("provider"),
            pmu: try row.optionalText("pmu"))
        let place = MeasuringPlace(
            host: try row.id("host_id"), hostClass: try row.text("host_class"),
            architecture: try row.text("architecture"))
        self.init(
            id: try row.id("series_id"),
            key: SeriesKey(
                project: try row.id("series_project"), benchmark: try row.text("benchmark"),
                parameters: try row.parameters("params"), metric: metric, place: place,
                configuration: try row.text("configuration")))
    }
}

extension MeasurementRecord.Quality {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            reasons: try row.textList("reasons"),
            counter: try row.optionalWord("counter_state"),
            runningShare: try row.optionalReal("running_share"))
    }
}

extension MeasurementRecord.Figures {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            count: try row.integer("n"), invalidCount: try row.integer("invalid_n"),
            minimum: try row.optionalReal("minimum"), median: try row.optionalReal("median"),
            mean: try row.optionalReal("mean"), p90: try row.optionalReal("p90"),
            p99: try row.optionalReal("p99"), maximum: try row.optionalReal("maximum"),
            mad: try row.optionalReal("mad"), low: try row.optionalReal("ci_low"),
            high: try row.optionalReal("ci_high"), level: try row.optionalReal("ci_level"),
            validity: try row.word("validity"))
    }
}
