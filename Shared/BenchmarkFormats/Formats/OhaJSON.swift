/// oha `--json`.
enum OhaJSON: DocumentFormat {
    static let id = "oha-json"
    static let isSingle = true
    static let title = "oha"
    static let keeps = "Requests and bytes a second, mean latency with its percentiles, success"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "summary", "responseTimeHistogram").map { _ in "summary" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let root = try input.object()
        guard let summary = root["summary"], summary.isObject else {
            throw ParseRefusal(.schemaMismatch, "summary is not an object")
        }
        guard let average = summary["average"], !average.isNull else {
            return results.fail(.benchmarkFailed, name: "oha", message: "no request succeeded")
        }
        try add("throughput", summary["requestsPerSec"], .perSecond, nil, .mean, into: &results)
        try results.add(ResultIdentity(name: "oha", metric: "latency")) {
            () throws(ValueFault) in
            let unit = CanonicalUnit.seconds
            var record = try ResultRecord(unit, .mean, json: average)
            record.stats["min"] = unit.figure(summary["fastest"])
            record.stats["max"] = unit.figure(summary["slowest"])
            for (key, value) in root["latencyPercentiles"]?.members ?? [] {
                guard let figure = ReportedFigure.percentile(key) else { continue }
                record.stats[figure] = unit.figure(value)
            }
            return record
        }
        try add(
            "bytes_per_second", summary["sizePerSec"], .bytesPerSecond, BenchmarkResult.Better.none,
            .mean, into: &results)
        try add("success_rate", summary["successRate"], .ratio, .higher, .single, into: &results)
    }

    private static func add(
        _ metric: String, _ value: JSONValue?, _ unit: CanonicalUnit,
        _ better: BenchmarkResult.Better?, _ statistic: BenchmarkResult.Statistic,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let value else { return }
        try results.add(ResultIdentity(name: "oha", metric: metric)) { () throws(ValueFault) in
            try ResultRecord(unit, better: better, statistic, json: value)
        }
    }
}
