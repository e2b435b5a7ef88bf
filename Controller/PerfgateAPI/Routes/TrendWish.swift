import Analysis
import Hummingbird
import WebSupport

/// What a trend is asked for, and its reply (perfgate contract, §8).
struct TrendWish {
    static let parameters: [QueryParameter] = [
        .one("metric", .words(PerfgateMetric.self), "Of which metric.", isRequired: true),
        .one("window", .integer(0...Int64(UInt32.max)).usually(30), "Versions, newest first."),
        .one("threshold", JSONSchema.number.usually(.real(0.2)), "How much worse is too much."),
        .one(
            "critical_window", .integer(0...Int64(UInt32.max)).usually(10),
            "A breach within so many runs is critical."),
    ]

    let metric: String
    /// Versions, newest first.
    let window: UInt32
    let threshold: Double
    let criticalRuns: UInt32

    /// Decodes; whether the metric is one is asked later.
    init(_ query: QueryParameters) throws(APIError) {
        guard let metric = try query.single("metric") else {
            throw APIError(
                .invalidValue, "The call needs a metric: \(PerfgateMetric.words).",
                details: ["parameter": "metric"])
        }
        self.metric = metric
        window = try query.number("window", UInt32.self) ?? 30
        threshold = try query.real("threshold") ?? 0.20
        criticalRuns = try query.number("critical_window", UInt32.self) ?? 10
    }

    /// How many versions are read.
    var versions: Int64 { min(Int64(window), Int64(BreachForecast.longest)) }

    func knownMetric() throws(APIError) -> PerfgateMetric {
        guard let known = PerfgateMetric(rawValue: metric) else {
            throw APIError(
                .invalidValue, "The metric is one of \(PerfgateMetric.words).",
                details: ["parameter": "metric"])
        }
        return known
    }

    /// Oldest first, of the versions that have the metric.
    static func values(of metric: PerfgateMetric, in medians: [String]) -> [Double] {
        medians.reversed().compactMap { text in
            guard let document = try? JSONParser.parse(Array(text.utf8)),
                case .number(let median) = document[metric.rawValue]
            else { return nil }
            return median.double
        }
    }

    func reply(
        _ values: [Double], _ metric: PerfgateMetric, of benchmark: String, in project: String
    ) -> Response {
        var reply = ReplyObject()
        reply.add("project", project)
        reply.add("benchmark", benchmark)
        reply.add("values", .array(values.map { .real($0) }))
        reply.add("data_points", .integer(values.count))
        reply.add("spark", Sparkline.text(of: values))
        let forecast = BreachForecast(
            of: values,
            .init(
                threshold: threshold, criticalRuns: Int(criticalRuns),
                lowerIsBetter: metric.lowerIsBetter))
        reply.add("analysis", forecast.map { analysis($0, metric, values.count) } ?? .null)
        return reply.response()
    }

    private func analysis(
        _ forecast: BreachForecast, _ metric: PerfgateMetric, _ count: Int
    ) -> JSONValue {
        .object([
            "metric": .string(metric.rawValue), "slope_per_run": .real(forecast.slope),
            "intercept": .real(forecast.intercept), "r_squared": .real(forecast.rSquared),
            "drift": .string(forecast.drift.rawValue),
            "runs_to_breach": forecast.runsToBreach.map { .integer($0) } ?? .null,
            "current_headroom_pct": .real(forecast.headroomPercent),
            "sample_count": .integer(count),
        ])
    }
}
