/// pyperf `-o`, as JSON or as gzip of it.
enum PyperfJSON: DocumentFormat {
    static let id = "pyperf-json"
    static let title = "pyperf"
    static let keeps = "Every value by run, without calibration and warm-up; the mean"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "benchmarks", "version").map { _ in "benchmarks and version" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let common = try input.object()["metadata"]
        for entry in try input.list("benchmarks").elements {
            try read(entry, common, into: &results)
        }
    }

    /// What all benchmarks share stands at the top; with one benchmark that is its name too.
    private static func read(
        _ entry: JSONValue, _ common: JSONValue?, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let own = entry["metadata"]
        guard let name = own?["name"]?.string ?? common?["name"]?.string, !name.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has no name")
        }
        guard let runs = entry["runs"], runs.isArray else {
            return results.fail(.entryInvalid, name: name, message: "runs is missing")
        }
        let written = own?["unit"]?.string ?? common?["unit"]?.string ?? "second"
        let unit = Units.canonical(written)
        for run in runs.elements {
            results.ignore("runs of calibration", run["values"] == nil ? 1 : 0)
            results.ignore("warm-up values", run["warmups"]?.count ?? 0)
        }
        let metric = ["second": "time", "byte": "memory"][written] ?? "value"
        try results.add(ResultIdentity(name: name, metric: metric)) { () throws(ValueFault) in
            var record = ResultRecord(unit)
            record.samples.reserveCapacity(
                runs.elements.reduce(0) { $0 + ($1["values"]?.count ?? 0) })
            for (number, run) in runs.elements.enumerated() {
                guard let list = run["values"] else { continue }
                let values = try unit.values(list)
                record.samples += values
                record.groups.append(number, count: values.count)
            }
            let count = Double(record.samples.count)
            let mean = record.samples.reduce(0) { $0 + $1 / count }
            guard count > 0 else { throw .invalid }
            record.headline = (mean, .mean)
            return record
        }
    }
}
