/// Google Benchmark `--benchmark_format=json` and `--benchmark_out`.
enum GoogleBenchmarkJSON: DocumentFormat {
    static let id = "google-benchmark-json"
    static let title = "Google Benchmark"
    static let keeps = "Real and CPU time and counters of every repetition, or of the aggregates"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "context", "benchmarks").map { _ in "context and benchmarks" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let list = try input.list("benchmarks")
        if try input.object()["context"]?["library_build_type"]?.string == "debug" {
            results.warn(
                .debugBuild, message: "the benchmark library was built without optimisation")
        }
        let rows = rows(list, &results)
        let alone = withoutOwnRows(rows)
        results.ignore("aggregate rows", rows.count(where: \.isAggregate) - alone.count)
        var aggregates = GoogleAggregates(alone)
        var last: Run?
        for row in rows {
            if row.isAggregate {
                try aggregates.write(row.run, into: &results)
            } else {
                try read(row, &last, into: &results)
            }
        }
    }

    /// The aggregates of runs that have no measured row.
    private static func withoutOwnRows(_ rows: [GoogleRow]) -> [GoogleRow] {
        let aggregates = rows.filter(\.isAggregate)
        guard !aggregates.isEmpty else { return [] }
        let measured = Set(rows.lazy.filter { !$0.isAggregate }.map(\.run))
        return aggregates.filter { !measured.contains($0.run) }
    }

    private static func rows(
        _ list: JSONValue, _ results: inout ResultCollector
    ) -> [GoogleRow] {
        var rows: [GoogleRow] = []
        rows.reserveCapacity(list.count)
        for entry in list.elements {
            if let row = GoogleRow(entry) {
                rows.append(row)
            } else {
                results.fail(.entryInvalid, message: "a benchmark has no name")
            }
        }
        return GoogleRow.markingUnlabelledAggregates(rows)
    }

    /// A run and what its text says; its repetitions follow each other.
    private struct Run {
        let text: String
        let name: String
        let params: [String: String]

        init(_ text: String) {
            self.text = text
            (name, params) = GoogleRow.split(text)
        }
    }

    private static func read(
        _ row: GoogleRow, _ last: inout Run?, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let text = row.run
        if let failure = row.failure {
            return results.fail(failure.problemClass, name: text, message: failure.message)
        }
        let measures = row.measures
        guard measures.first?.metric == "time" else {
            return results.fail(.entryInvalid, name: text, message: "real_time is missing")
        }
        // Compared byte by byte: accents may be composed in two ways.
        let isSame = last.map { $0.text.utf8.elementsEqual(text.utf8) } ?? false
        let run = isSame ? last ?? Run(text) : Run(text)
        last = run
        for measure in measures {
            let identity = ResultIdentity(
                name: run.name, params: run.params, metric: measure.metric)
            try results.add(identity) { () throws(ValueFault) in
                var record = ResultRecord(measure.unit, better: measure.better)
                record.samples = [try measure.unit.value(measure.value)]
                return record
            }
        }
    }
}

/// The aggregate rows of the runs that have no rows of their own.
struct GoogleAggregates {
    /// By run and kind.
    private var rows: [String: [String: GoogleRow]] = [:]

    init(_ rows: [GoogleRow]) {
        for row in rows {
            guard let kind = row.aggregate, ["mean", "median", "stddev"].contains(kind) else {
                continue
            }
            self.rows[row.run, default: [:]][kind] = row
        }
    }

    /// Writes a run where its first row stands: a result for each metric of the mean row, or of
    /// the median row if there is no mean.
    mutating func write(
        _ run: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let kinds = rows.removeValue(forKey: run) else { return }
        if let mean = kinds["mean"] {
            try write(mean, .mean, kinds, into: &results)
        } else if let median = kinds["median"] {
            try write(median, .median, kinds, into: &results)
        }
    }

    private func write(
        _ row: GoogleRow, _ statistic: BenchmarkResult.Statistic, _ kinds: [String: GoogleRow],
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if let failure = row.failure {
            return results.fail(failure.problemClass, name: row.run, message: failure.message)
        }
        let (name, params) = GoogleRow.split(row.run)
        let spread = kinds.mapValues { kind in
            Dictionary(kind.measures.map { ($0.metric, $0) }) { first, _ in first }
        }
        for measure in row.measures {
            let identity = ResultIdentity(name: name, params: params, metric: measure.metric)
            try results.add(identity) { () throws(ValueFault) in
                var record = ResultRecord(measure.unit, better: measure.better)
                record.headline = (try measure.unit.value(measure.value), statistic)
                for (kind, measures) in spread {
                    guard let other = measures[measure.metric] else { continue }
                    record.stats[kind] = other.unit.figure(other.value)
                }
                return record
            }
        }
    }
}
