/// k6: the object of `handleSummary`, and the flat one of `--summary-export`.
enum K6SummaryJSON: DocumentFormat {
    static let id = "k6-summary-json"
    static let isSingle = true
    static let title = "k6"
    static let keeps = """
        Median and all other statistics of trends, rates of counters, shares; tags as parameters
        """

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "metrics").map { _ in "metrics" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let metrics = try input.object()["metrics"], metrics.isObject else {
            throw ParseRefusal(.schemaMismatch, "metrics is not an object")
        }
        for (key, metric) in metrics.members {
            if let metric = K6Metric(key, metric) {
                try metric.add(to: &results)
            } else {
                results.ignore("gauges")
            }
        }
    }
}

/// One metric of a summary.
private struct K6Metric {
    private enum Kind { case trend, counter, rate }

    private let identity: ResultIdentity
    private let name: String
    private let kind: Kind
    private let contains: String
    private let values: JSONValue

    /// nil for a gauge, which says nothing of speed.
    init?(_ key: String, _ metric: JSONValue) {
        let parts = key.split(separator: "{", maxSplits: 1)
        name = parts.first.map(String.init) ?? key
        identity = ResultIdentity(
            name: "k6", params: parts.count > 1 ? Self.tags(parts[1]) : [:],
            metric: Slug.of(name))
        values = metric["values"] ?? metric
        guard let kind = Self.kind(metric["type"]?.string, values) else { return nil }
        self.kind = kind
        contains = metric["contains"]?.string ?? Self.contents(name)
    }

    func add(to results: inout ResultCollector) throws(ParseRefusal) {
        guard !identity.metric.isEmpty else {
            return results.fail(.entryInvalid, name: "k6", message: "a metric has no name")
        }
        try results.add(identity) { () throws(ValueFault) in
            switch kind {
            case .trend: try trend()
            case .counter: try counter()
            case .rate: try rate()
            }
        }
    }

    private func trend() throws(ValueFault) -> ResultRecord {
        let isTime = contains == "time"
        let unit: CanonicalUnit = isTime ? .milliseconds : contains == "data" ? .bytes : .count
        var record = ResultRecord(unit, better: isTime ? .lower : BenchmarkResult.Better.none)
        guard let median = values["med"] ?? values["avg"] else { throw .invalid }
        record.headline = (
            try unit.value(median), values["med"] == nil ? .mean : .median
        )
        for (key, value) in values.members {
            guard let figure = Self.figure(key) else { continue }
            record.stats[figure] = unit.figure(value)
        }
        return record
    }

    private func counter() throws(ValueFault) -> ResultRecord {
        guard let rate = values["rate"] else { throw .invalid }
        guard contains == "data" else { return try ResultRecord(.perSecond, .mean, json: rate) }
        return try ResultRecord(
            .bytesPerSecond, better: BenchmarkResult.Better.none, .mean, json: rate)
    }

    private func rate() throws(ValueFault) -> ResultRecord {
        guard let share = values["rate"] ?? values["value"] else { throw .invalid }
        let better: BenchmarkResult.Better =
            name == "checks" ? .higher : name == "http_req_failed" ? .lower : .none
        return try ResultRecord(.ratio, better: better, .single, json: share)
    }

    /// `a:b,c:d}`
    private static func tags(_ text: Substring) -> [String: String] {
        var tags: [String: String] = [:]
        let inner = text.last == "}" ? text.dropLast() : text
        for tag in inner.split(separator: ",") {
            let parts = tag.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { continue }
            tags[String(parts[0])] = String(parts[1])
        }
        return tags
    }

    /// The flat form names no type; its keys tell.
    private static func kind(_ type: String?, _ values: JSONValue) -> Kind? {
        switch type {
        case "trend": return .trend
        case "counter": return .counter
        case "rate": return .rate
        case .some: return nil
        case nil: break
        }
        if values["med"] != nil || values["avg"] != nil { return .trend }
        if values["passes"] != nil { return .rate }
        return values["count"] == nil ? nil : .counter
    }

    private static func contents(_ name: String) -> String {
        if name.hasPrefix("data_") { return "data" }
        let times = ["iteration_duration", "group_duration"]
        let isTime = times.contains(name) || name.hasPrefix("http_req_")
        return isTime ? "time" : "default"
    }

    private static func figure(_ key: String) -> String? {
        switch key {
        case "avg": return "mean"
        case "med": return "median"
        case "min", "max": return key
        default:
            guard key.hasPrefix("p("), key.hasSuffix(")") else { return nil }
            return ReportedFigure.percentile(String(key.dropFirst(2).dropLast()))
        }
    }
}
