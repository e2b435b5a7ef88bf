/// Rust's `cargo bench -- -Z unstable-options --format json`.
struct LibtestJSON: RecordFormat {
    static let id = "libtest-json"
    static let title = "Rust libtest, JSON"
    static let keeps = "Median time with its deviation, bytes a second"

    init(_ options: ParseOptions) {}

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstLine(with: "type", "event").map { _ in "type and event" }
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let type = record["type"]?.string
        guard type == "bench" || (type == "test" && record["event"]?.string == "failed") else {
            return
        }
        guard let name = record["name"]?.string, !name.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has no name")
        }
        guard type == "bench" else {
            return results.fail(.benchmarkFailed, name: name, message: "the benchmark failed")
        }
        guard let median = record["median"] else {
            return results.fail(.entryInvalid, name: name, message: "median is missing")
        }
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            var time = try ResultRecord(.nanoseconds, .median, json: median)
            time.stats["deviation"] = CanonicalUnit.nanoseconds.figure(record["deviation"])
            return time
        }
        // Megabytes, in spite of the name.
        guard let rate = record["mib_per_second"], !rate.isNull else { return }
        try results.add(ResultIdentity(name: name, metric: "bytes_per_second")) {
            () throws(ValueFault) in try ResultRecord(.megabytesPerSecond, .median, json: rate)
        }
    }
}
