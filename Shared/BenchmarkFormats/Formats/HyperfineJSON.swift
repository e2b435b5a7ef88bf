/// hyperfine `--export-json`.
enum HyperfineJSON: DocumentFormat {
    static let id = "hyperfine-json"
    static let title = "hyperfine"
    static let keeps = "Every run's time, mean and stddev, user and system time, peak memory"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "results").map { _ in "an object with results" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.list("results").elements { try read(entry, into: &results) }
    }

    private static func read(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let name = entry["command"]?.string, !name.isEmpty else {
            return results.fail(.entryInvalid, message: "a result has no command")
        }
        guard entry["mean"] != nil || entry["times"] != nil else {
            return results.fail(
                .entryInvalid, name: name, message: "neither mean nor times is there")
        }
        let params = entry["parameters"]?.parameters ?? [:]
        try results.add(ResultIdentity(name: name, params: params, metric: "time")) {
            () throws(ValueFault) in try time(entry)
        }
        let user = ResultIdentity(name: name, params: params, metric: "user_time")
        try readTotal(entry["user"], user, into: &results)
        let system = ResultIdentity(name: name, params: params, metric: "system_time")
        try readTotal(entry["system"], system, into: &results)
        try readMemory(entry, name, params, into: &results)
        if let codes = entry["exit_codes"], codes.elements.contains(where: { $0.double != 0 }) {
            results.fail(.nonzeroExit, name: name, message: "some runs did not exit with 0")
        }
    }

    private static let seconds = Units.canonical("s")

    private static func time(_ entry: JSONValue) throws(ValueFault) -> ResultRecord {
        var record = ResultRecord(seconds)
        if let mean = entry["mean"] { record.headline = (try seconds.value(mean), .mean) }
        if let times = entry["times"] { record.samples = try seconds.values(times) }
        guard record.headline != nil || !record.samples.isEmpty else { throw .invalid }
        record.stats["stddev"] = seconds.figure(entry["stddev"])
        return record
    }

    private static func readTotal(
        _ value: JSONValue?, _ identity: ResultIdentity, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let value else { return }
        try results.add(identity) { () throws(ValueFault) in
            var record = ResultRecord(seconds)
            record.headline = (try seconds.value(value), .mean)
            return record
        }
    }

    private static func readMemory(
        _ entry: JSONValue, _ name: String, _ params: [String: String],
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let memory = entry["memory_usage_byte"], !memory.isNull else { return }
        guard !memory.isArray || memory.count > 0 else { return }
        try results.add(ResultIdentity(name: name, params: params, metric: "peak_memory")) {
            () throws(ValueFault) in
            let bytes = Units.canonical("B")
            var record = ResultRecord(bytes)
            record.samples = try bytes.values(memory)
            return record
        }
    }
}
