/// Ruby's benchmark-ips `json!`.
enum BenchmarkIPSJSON: DocumentFormat {
    static let id = "benchmark-ips-json"
    static let title = "benchmark-ips"
    static let keeps = "Iterations a second and their standard deviation"

    static func detect(_ evidence: FormatEvidence) -> String? {
        (evidence.firstElement(with: "ips") ?? evidence.firstElement(with: "central_tendency"))
            .map { _ in "ips" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.array().elements {
            guard let name = entry["name"]?.string, !name.isEmpty,
                let value = entry["central_tendency"] ?? entry["ips"]
            else {
                results.fail(.entryInvalid, message: "an entry has no name or central_tendency")
                continue
            }
            try results.add(ResultIdentity(name: name, metric: "throughput")) {
                () throws(ValueFault) in
                var record = try ResultRecord(.perSecond, .mean, json: value)
                record.stats["stddev"] = CanonicalUnit.perSecond.figure(entry["stddev"])
                return record
            }
        }
    }
}
