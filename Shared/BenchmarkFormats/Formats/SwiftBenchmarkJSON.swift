/// google/swift-benchmark `--format json`.
enum SwiftBenchmarkJSON: DocumentFormat {
    static let id = "swift-benchmark-json"
    static let title = "google/swift-benchmark"
    static let keeps = "Median time and relative standard deviation"

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard let list = evidence.object(with: "benchmarks")?["benchmarks"], list.count > 0,
            list.elements.allSatisfy({ $0["time"] != nil })
        else { return nil }
        return "benchmarks with time"
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.list("benchmarks").elements {
            guard let name = entry["name"]?.string, !name.isEmpty, let time = entry["time"] else {
                results.fail(.entryInvalid, message: "a benchmark has no name or time")
                continue
            }
            try results.add(ResultIdentity(name: name, metric: "time")) {
                () throws(ValueFault) in
                var record = try ResultRecord(.nanoseconds, .median, json: time)
                record.stats["rel_stddev"] = CanonicalUnit.percent.figure(entry["std"])
                return record
            }
        }
    }
}
