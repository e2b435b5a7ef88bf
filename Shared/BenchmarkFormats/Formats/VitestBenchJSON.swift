/// Vitest `bench --outputJson`, whose figures are those of tinybench.
enum VitestBenchJSON: DocumentFormat {
    static let id = "vitest-bench-json"
    static let title = "Vitest bench (tinybench)"
    static let keeps = """
        Mean and every sample's time, the spread figures if samples were not kept, throughput
        """

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "files").map { _ in "files" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for file in try input.list("files").elements {
            for group in file["groups"]?.elements ?? .none {
                let path = group["fullName"]?.string ?? ""
                for entry in group["benchmarks"]?.elements ?? .none {
                    try read(entry, in: path, into: &results)
                }
            }
        }
    }

    private static func read(
        _ entry: JSONValue, in path: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let own = entry["name"]?.string, !own.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has no name")
        }
        let name = path.isEmpty ? own : "\(path) > \(own)"
        guard let mean = entry["mean"] else {
            return results.fail(.benchmarkFailed, name: name, message: "there is no mean")
        }
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            let unit = CanonicalUnit.milliseconds
            var record = try ResultRecord(unit, .mean, json: mean)
            if let samples = entry["samples"], !samples.isNull {
                record.samples = try unit.values(samples)
            }
            guard record.samples.isEmpty else { return record }
            for (figure, key) in figures { record.stats[figure] = unit.figure(entry[named: key]) }
            return record
        }
        guard let rate = entry["hz"] else { return }
        try results.add(ResultIdentity(name: name, metric: "throughput")) {
            () throws(ValueFault) in try ResultRecord(.perSecond, .mean, json: rate)
        }
    }

    private static let figures = [
        ("mean", "mean"), ("median", "median"), ("min", "min"), ("max", "max"), ("stddev", "sd"),
        ("p75", "p75"), ("p99", "p99"), ("p99.9", "p999"),
    ]
}
