/// Bencher Metric Format: benchmarks of measures.
enum BMFJSON: DocumentFormat {
    static let id = "bmf-json"
    static let title = "Bencher Metric Format"
    static let keeps = "Every measure's value with its lower and upper bound"

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard case .object(let root) = evidence, root.count > 0 else { return nil }
        let fits = root.members.allSatisfy { benchmark in
            benchmark.value.isObject && benchmark.value.count > 0
                && benchmark.value.members.allSatisfy { $0.value["value"] != nil }
        }
        return fits ? "measures with value" : nil
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for (name, measures) in try input.object().members {
            guard measures.isObject else {
                results.fail(.entryInvalid, name: name, message: "a benchmark is no object")
                continue
            }
            for (key, measure) in measures.members {
                try read(measure, key, name, into: &results)
            }
        }
    }

    private static func read(
        _ measure: JSONValue, _ key: String, _ name: String,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let metric = key == "latency" ? "time" : Slug.of(key)
        guard let value = measure["value"], !metric.isEmpty, !name.isEmpty else {
            return results.fail(
                .entryInvalid, name: name, message: "a measure has no name or value")
        }
        let unit = units[key] ?? CanonicalUnit(name: "")
        try results.add(ResultIdentity(name: name, metric: metric)) { () throws(ValueFault) in
            var record = try ResultRecord(unit, .single, json: value)
            record.stats["lower"] = unit.figure(measure["lower_value"])
            record.stats["upper"] = unit.figure(measure["upper_value"])
            return record
        }
    }

    private static let units: [String: CanonicalUnit] = [
        "latency": .nanoseconds, "throughput": .perSecond, "build-time": .seconds,
        "file-size": .bytes, "memory": .bytes,
    ]
}
