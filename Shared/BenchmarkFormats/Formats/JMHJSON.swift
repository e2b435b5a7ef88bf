/// JMH `-rf json`, and what kotlinx-benchmark and ordo-one's package write in its form.
enum JMHJSON: DocumentFormat {
    static let id = "jmh-json"
    static let title = "JMH, kotlinx-benchmark, ordo-one benchmark"
    static let keeps = """
        Score and every iteration's value by fork, percentiles where samples are histograms, \
        secondary metrics of profilers, parameters, threads
        """

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstElement(with: "primaryMetric").map { _ in "primaryMetric" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.array().elements { try read(entry, into: &results) }
    }

    private static func read(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let name = entry["benchmark"]?.string, !name.isEmpty else {
            return results.fail(.entryInvalid, message: "an entry has no benchmark")
        }
        guard let primary = entry["primaryMetric"], let mode = entry["mode"]?.string,
            primary["score"] != nil
        else {
            return results.fail(
                .entryInvalid, name: name, message: "mode or primaryMetric.score is missing")
        }
        var params = entry["params"]?.parameters ?? [:]
        if let threads = entry["threads"]?.number?.integer, threads != .unsigned(1) {
            params["threads"] = entry["threads"]?.parameterText
        }
        try add(
            primary, ResultIdentity(name: name, params: params, metric: metric(mode)),
            JMHMetric(primary), into: &results)
        var seen: Set<String> = []
        for (key, value) in entry["secondaryMetrics"]?.members ?? [] {
            let secondary = JMHMetric(secondary: key, value)
            guard !secondary.name.isEmpty, value["score"] != nil,
                seen.insert(secondary.name).inserted
            else {
                results.fail(
                    .entryInvalid, name: name, message: "a secondary metric has no name or score")
                continue
            }
            try add(
                value, ResultIdentity(name: name, params: params, metric: secondary.name),
                secondary, into: &results)
        }
    }

    private static func metric(_ mode: String) -> String {
        switch mode {
        case "thrpt": "throughput"
        case "avgt": "time"
        case "sample": "time_sample"
        case "ss": "time_single_shot"
        default: Slug.of(mode)
        }
    }

    private static func add(
        _ json: JSONValue, _ identity: ResultIdentity, _ metric: JMHMetric,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        try results.add(identity) { () throws(ValueFault) in
            let unit = metric.unit
            var record = ResultRecord(unit, better: metric.better)
            guard let score = json["score"] else { throw .invalid }
            record.headline = (try unit.value(score), .mean)
            let count = (json["rawData"]?.elements ?? .none).reduce(0) { $0 + $1.count }
            record.samples.reserveCapacity(count)
            for (fork, iterations) in (json["rawData"]?.elements ?? .none).enumerated() {
                let values = try unit.values(iterations)
                record.samples += values
                record.groups.append(fork, count: values.count)
            }
            for (fork, iterations) in (json["rawDataHistogram"]?.elements ?? .none).enumerated() {
                for histogram in iterations.elements {
                    record.samples.append(try unit.value(mean(histogram)))
                    record.groups.append(fork)
                }
            }
            if record.samples.isEmpty || json["rawDataHistogram"] != nil {
                for (key, value) in json["scorePercentiles"]?.members ?? [] {
                    guard let figure = ReportedFigure.percentile(key) else { continue }
                    record.stats[figure] = unit.figure(value)
                }
            }
            return record
        }
    }

    /// The weighted mean of `[value, count]` pairs.
    private static func mean(_ histogram: JSONValue) throws(ValueFault) -> Double {
        var sum = 0.0
        var count = 0.0
        for pair in histogram.elements {
            var parts = pair.elements
            guard let value = parts.next()?.double, let weight = parts.next()?.double else {
                throw .invalid
            }
            sum += value * weight
            count += weight
        }
        return sum / count
    }
}

/// Name, unit and direction of one metric.
struct JMHMetric {
    let name: String
    let unit: CanonicalUnit
    let better: BenchmarkResult.Better?

    /// The metric that the mode names.
    init(_ json: JSONValue) {
        name = ""
        unit = Units.canonical(json["scoreUnit"]?.string ?? "")
        better = nil
    }

    /// One that a profiler added, or that ordo-one's package has beside throughput.
    init(secondary key: String, _ json: JSONValue) {
        let plain = key.hasPrefix("·") ? String(key.dropFirst()) : key
        let written = json["scoreUnit"]?.string ?? ""
        name = Self.names[plain] ?? Slug.of(plain)
        if plain.hasPrefix("gc."), written == "MB/sec" {
            // JMH's profiler divides by 1024 twice.
            unit = CanonicalUnit(name: "B/s", factor: 1_048_576)
            better = BenchmarkResult.Better.none
        } else {
            unit = name == "peak_memory" && written == "#" ? .bytes : Units.canonical(written)
            better = nil
        }
    }

    private static let names = [
        "gc.alloc.rate.norm": "allocated_bytes", "Time (wall clock)": "time",
        "Time (total CPU)": "cpu_time", "Time (user CPU)": "user_time",
        "Time (system CPU)": "system_time", "Memory (resident peak)": "peak_memory",
    ]
}
