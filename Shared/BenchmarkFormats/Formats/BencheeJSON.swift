/// Elixir's Benchee with its JSON formatter.
enum BencheeJSON: DocumentFormat {
    static let id = "benchee-json"
    static let title = "Benchee"
    static let keeps = "Mean and every sample of run time, memory and reductions; input and tag"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstElement(with: "run_time_data").map { _ in "run_time_data" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.array().elements {
            guard let name = entry["job_name"]?.string ?? entry["name"]?.string, !name.isEmpty
            else {
                results.fail(.entryInvalid, message: "an entry has no job_name")
                continue
            }
            try read(entry, name, into: &results)
        }
    }

    private static func read(
        _ entry: JSONValue, _ name: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var params: [String: String] = [:]
        if let input = entry["input_name"], !input.isNull, input.string != "__no_input" {
            params["input"] = input.parameterText
        }
        if let tag = entry["tag"], !tag.isNull { params["tag"] = tag.parameterText }
        let parts: [(StaticString, String, CanonicalUnit)] = [
            ("run_time_data", "time", .nanoseconds), ("memory_usage_data", "memory", .bytes),
            ("reductions_data", "reductions", .count),
        ]
        var isEmpty = true
        for (key, metric, unit) in parts {
            guard let data = entry[key], let average = data["statistics"]?["average"],
                !average.isNull
            else { continue }
            isEmpty = false
            try results.add(ResultIdentity(name: name, params: params, metric: metric)) {
                () throws(ValueFault) in
                var record = try ResultRecord(unit, .mean, json: average)
                if let samples = data["samples"], !samples.isNull {
                    record.samples = try unit.values(samples)
                }
                return record
            }
        }
        guard isEmpty else { return }
        results.fail(.benchmarkFailed, name: name, message: "the job has no figures")
    }
}
