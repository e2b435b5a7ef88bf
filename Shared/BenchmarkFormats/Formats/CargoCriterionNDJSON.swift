/// `cargo criterion --message-format=json`.
struct CargoCriterionNDJSON: RecordFormat {
    static let id = "cargo-criterion-ndjson"
    static let title = "cargo-criterion"
    static let keeps = "The typical estimate with its interval, every sample's time, throughput"

    init(_ options: ParseOptions) {}

    static func detect(_ evidence: FormatEvidence) -> String? {
        if evidence.holds(.benchmarkComplete) { return "benchmark-complete" }
        guard let root = evidence.object(with: "reason", "id") ?? evidence.firstLine(with: "reason")
        else { return nil }
        let reasons = ["benchmark-complete", "group-complete"]
        return reasons.contains(root["reason"]?.string ?? "") ? "reason" : nil
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard record["reason"]?.string == "benchmark-complete" else { return }
        guard let name = record["id"]?.string, !name.isEmpty,
            let estimate = record["typical"]?["estimate"]
        else {
            return results.fail(
                .entryInvalid, name: record["id"]?.string, message: "typical.estimate is missing")
        }
        let unit = Units.canonical(record["unit"]?.string ?? "ns")
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            try Self.time(record, unit, estimate)
        }
        guard let typical = unit.figure(estimate), typical > 0 else { return }
        for part in record["throughput"]?.elements ?? .none {
            let rates: [String: CanonicalUnit] = [
                "bytes": .bytesPerSecond, "elements": .perSecond,
            ]
            guard let amount = part["per_iteration"]?.double,
                let rate = rates[part["unit"]?.string ?? ""]
            else { continue }
            try results.add(ResultIdentity(name: name, metric: "throughput")) {
                () throws(ValueFault) in try ResultRecord(rate, .derived, amount / typical)
            }
        }
    }

    private static func time(
        _ record: JSONValue, _ unit: CanonicalUnit, _ estimate: JSONValue
    ) throws(ValueFault) -> ResultRecord {
        var result = try ResultRecord(unit, .typical, json: estimate)
        result.samples = try unit.perIteration(record["measured_values"], record["iteration_count"])
        result.stats["ci_low"] = unit.figure(record["typical"]?["lower_bound"])
        result.stats["ci_high"] = unit.figure(record["typical"]?["upper_bound"])
        return result
    }
}

extension CanonicalUnit {
    /// Criterion's samples: the time of all iterations of each, and how many they were.
    func perIteration(_ times: JSONValue?, _ counts: JSONValue?) throws(ValueFault) -> [Double] {
        guard let times, let counts else { return [] }
        guard times.isArray, counts.isArray, times.count == counts.count else { throw .invalid }
        var samples: [Double] = []
        samples.reserveCapacity(times.count)
        for (time, count) in zip(times.elements, counts.elements) {
            guard let time = time.double, let count = count.double else { throw .invalid }
            samples.append(try value(time / count))
        }
        return samples
    }
}
