/// pytest-benchmark `--benchmark-json` and `--benchmark-save`.
enum PytestBenchmarkJSON: DocumentFormat {
    static let id = "pytest-benchmark-json"
    static let title = "pytest-benchmark"
    static let keeps = "Mean and every round's time; the spread figures if rounds were not saved"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "machine_info", "benchmarks").map { _ in "machine_info" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.list("benchmarks").elements { try read(entry, into: &results) }
    }

    private static func read(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let full = entry["fullname"]?.string ?? entry["name"]?.string, !full.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has no fullname")
        }
        let (name, caseName) = split(full, entry["name"]?.string)
        guard let stats = entry["stats"], stats["mean"] != nil || stats["data"]?.count ?? 0 > 0
        else {
            return results.fail(
                .entryInvalid, name: name, message: "neither stats.mean nor stats.data is there")
        }
        try results.add(
            ResultIdentity(name: name, params: params(entry, caseName), metric: "time")
        ) {
            () throws(ValueFault) in try time(stats)
        }
    }

    /// Without `params` the case still has its own name, or all cases would become one.
    private static func params(_ entry: JSONValue, _ caseName: String?) -> [String: String] {
        if let params = entry["params"], params.isObject { return params.parameters }
        return caseName.map { ["param": $0] } ?? [:]
    }

    /// Takes `[case]` off the end. Neither a folder's nor a case's own brackets mislead it: the
    /// test's short name, which `full` ends with, begins behind the one and before the other.
    /// Works on bytes, as accents may be composed in two ways.
    private static func split(
        _ full: String, _ short: String?
    ) -> (name: String, caseName: String?) {
        let bytes = full.utf8
        let shortCount = short?.utf8.count ?? 0
        let endsWithShort =
            shortCount <= bytes.count && bytes.suffix(shortCount).elementsEqual((short ?? "").utf8)
        let head = endsWithShort && shortCount > 0 ? bytes.count - shortCount : 0
        guard bytes.last == UInt8(ascii: "]"),
            let bracket = bytes.dropFirst(head).firstIndex(of: UInt8(ascii: "["))
        else { return (full, nil) }
        let caseName = bytes[bytes.index(after: bracket)...].dropLast()
        return (String(full[..<bracket]), String(decoding: caseName, as: UTF8.self))
    }

    private static func time(_ stats: JSONValue) throws(ValueFault) -> ResultRecord {
        let seconds = Units.canonical("s")
        var record = ResultRecord(seconds)
        if let mean = stats["mean"] { record.headline = (try seconds.value(mean), .mean) }
        if let data = stats["data"], !data.isNull { record.samples = try seconds.values(data) }
        guard record.samples.isEmpty else { return record }
        let own = ["mean", "median", "min", "max", "stddev", "q1", "q3"]
        for key in own { record.stats[key] = seconds.figure(stats[named: key]) }
        return record
    }
}
