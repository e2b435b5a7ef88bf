/// mitata `run({ format: 'json' })`.
enum MitataJSON: DocumentFormat {
    static let id = "mitata-json"
    static let title = "mitata"
    static let keeps = """
        Mean and every sample's time, the spread figures if samples were not kept, heap growth, \
        time of collections, arguments
        """

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "layout", "context", "benchmarks").map { _ in "layout and context" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.list("benchmarks").elements {
            let runs = entry["runs"]
            guard let runs, runs.isArray else {
                results.fail(
                    .entryInvalid, name: entry["alias"]?.string, message: "runs is missing")
                continue
            }
            for run in runs.elements { try read(run, of: entry, into: &results) }
        }
    }

    private static func read(
        _ run: JSONValue, of entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let name = entry["alias"]?.string ?? run["name"]?.string, !name.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has neither alias nor name")
        }
        let params = run["args"]?.parameters ?? [:]
        if let error = run["error"], !error.isNull {
            return results.fail(
                .benchmarkFailed, name: name,
                message: error["message"]?.string ?? error.string ?? "an error occurred")
        }
        guard let stats = run["stats"], stats["avg"] != nil else {
            return results.fail(.entryInvalid, name: name, message: "stats.avg is missing")
        }
        try results.add(ResultIdentity(name: name, params: params, metric: "time")) {
            () throws(ValueFault) in try time(stats)
        }
        let extras: [(StaticString, String, CanonicalUnit)] = [
            ("heap", "heap_bytes", .bytes), ("gc", "gc_time", .nanoseconds),
        ]
        for (key, metric, unit) in extras {
            guard let extra = stats[key], let mean = extra["avg"] else { continue }
            try results.add(ResultIdentity(name: name, params: params, metric: metric)) {
                () throws(ValueFault) in
                var record = try ResultRecord(unit, .mean, json: mean)
                record.stats["min"] = unit.figure(extra["min"])
                record.stats["max"] = unit.figure(extra["max"])
                return record
            }
        }
    }

    private static func time(_ stats: JSONValue) throws(ValueFault) -> ResultRecord {
        let unit = CanonicalUnit.nanoseconds
        var record = ResultRecord(unit)
        if let mean = stats["avg"] { record.headline = (try unit.value(mean), .mean) }
        if let samples = stats["samples"], !samples.isNull {
            record.samples = try unit.values(samples)
        }
        guard record.samples.isEmpty else { return record }
        let figures = [
            ("min", "min"), ("max", "max"), ("median", "p50"), ("p75", "p75"), ("p99", "p99"),
            ("p99.9", "p999"),
        ]
        for (figure, key) in figures { record.stats[figure] = unit.figure(stats[named: key]) }
        return record
    }
}
