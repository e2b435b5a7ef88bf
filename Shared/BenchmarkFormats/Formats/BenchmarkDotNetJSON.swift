/// BenchmarkDotNet `--exporters fulljson` and `briefjson`, compressed or not.
enum BenchmarkDotNetJSON: DocumentFormat {
    static let id = "benchmarkdotnet-json"
    static let title = "BenchmarkDotNet"
    static let keeps = """
        Mean and every result iteration's time by launch, allocated bytes, collections of each \
        generation, hardware counters and all other metrics of diagnosers, parameters, the job
        """

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "HostEnvironmentInfo", "Benchmarks").map { _ in "HostEnvironmentInfo"
        }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.list("Benchmarks").elements { try read(entry, into: &results) }
    }

    private static func read(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let type = entry["Type"]?.string, let method = entry["Method"]?.string,
            !type.isEmpty, !method.isEmpty
        else { return results.fail(.entryInvalid, message: "a benchmark has no Type or Method") }
        let space = entry["Namespace"]?.string ?? ""
        let name = space.isEmpty ? "\(type).\(method)" : "\(space).\(type).\(method)"
        guard let statistics = entry["Statistics"], !statistics.isNull else {
            return results.fail(
                .benchmarkFailed, name: name, message: "the benchmark has no statistics")
        }
        var params = parameters(entry["Parameters"]?.string ?? "")
        let display = entry["DisplayInfo"]?.string ?? ""
        if let job = job(display, behind: "\(type).") { params["job"] = job }
        try results.add(ResultIdentity(name: name, params: params, metric: "time")) {
            () throws(ValueFault) in try time(entry, statistics)
        }
        let others = (entry["Measurements"]?.elements ?? .none).count { !isResult($0) }
        results.ignore("iterations of overhead, pilot, warm-up and raw stages", others)
        let known = try readMetrics(entry, name, params, into: &results)
        try readMemory(entry, name, params, known, into: &results)
    }

    /// The loop's own cost and outliers are only taken off in the rows of the stage `Result`.
    private static func time(
        _ entry: JSONValue, _ statistics: JSONValue
    ) throws(ValueFault) -> ResultRecord {
        let unit = CanonicalUnit.nanoseconds
        var record = ResultRecord(unit)
        for row in entry["Measurements"]?.elements ?? .none {
            guard isResult(row) else { continue }
            guard let time = row["Nanoseconds"]?.double, let count = row["Operations"]?.double
            else { throw .invalid }
            record.samples.append(try unit.value(time / count))
            record.groups.append(row["LaunchIndex"]?.double.flatMap { Int(exactly: $0) } ?? 0)
        }
        if record.samples.isEmpty, let values = statistics["OriginalValues"] {
            record.samples = try unit.values(values)
            record.groups = []
        }
        guard let mean = statistics["Mean"] else { throw .invalid }
        record.headline = (try unit.value(mean), .mean)
        return record
    }

    private static func isResult(_ row: JSONValue) -> Bool {
        row["IterationMode"]?.isText("Workload") == true
            && row["IterationStage"]?.isText("Result") == true
    }

    /// What diagnosers measured: memory, hardware counters, threads.
    /// - Returns: the metrics that were there.
    private static func readMetrics(
        _ entry: JSONValue, _ name: String, _ params: [String: String],
        into results: inout ResultCollector
    ) throws(ParseRefusal) -> Set<String> {
        var known: Set<String> = []
        for metric in entry["Metrics"]?.elements ?? .none {
            guard let descriptor = metric["Descriptor"], let id = descriptor["Id"]?.string,
                let slug = slug(id), let value = metric["Value"]
            else {
                results.fail(
                    .entryInvalid, name: name, message: "a metric has no Descriptor.Id or Value")
                continue
            }
            known.insert(slug)
            let unit = Units.canonical(descriptor["Unit"]?.string ?? "")
            let isHigherBetter = descriptor["TheGreaterTheBetter"]?.isTrue == true
            try results.add(ResultIdentity(name: name, params: params, metric: slug)) {
                () throws(ValueFault) in
                var record = ResultRecord(unit, better: isHigherBetter ? .higher : .lower)
                record.samples = [try unit.value(value)]
                return record
            }
        }
        return known
    }

    private static func slug(_ id: String) -> String? {
        if id == "Allocated Memory" { return "allocated_bytes" }
        let slug = Slug.of(id)
        return slug.isEmpty ? nil : slug
    }

    /// Brief files have these figures and no metrics; full ones lack the empty generations.
    private static func readMemory(
        _ entry: JSONValue, _ name: String, _ params: [String: String], _ known: Set<String>,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let memory = entry["Memory"], memory.isObject else { return }
        if let bytes = memory["BytesAllocatedPerOperation"], !bytes.isNull,
            !known.contains("allocated_bytes")
        {
            try results.add(
                ResultIdentity(name: name, params: params, metric: "allocated_bytes")
            ) { () throws(ValueFault) in try ResultRecord(.bytes, sample: bytes.double) }
        }
        guard let operations = memory["TotalOperations"]?.double, operations > 0 else { return }
        for generation in 0...2 {
            let metric = "gen\(generation)_collects"
            guard !known.contains(metric),
                let count = memory[named: "Gen\(generation)Collections"]?.double
            else { continue }
            try results.add(ResultIdentity(name: name, params: params, metric: metric)) {
                () throws(ValueFault) in
                try ResultRecord(.count, sample: count * 1000 / operations)
            }
        }
    }

    /// `N=16&Culture=inv`; a value may contain an equals sign.
    private static func parameters(_ text: String) -> [String: String] {
        var params: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { continue }
            params[String(parts[0])] = String(parts[1])
        }
        return params
    }

    /// Of `Type.Method: JOB [params]` the job: its characteristics if its name is a random one.
    private static func job(_ display: String, behind type: String) -> String? {
        var cursor = TextCursor(display)
        if display.utf8.starts(with: type.utf8) {
            cursor = TextCursor(cursor.rest.dropFirst(type.utf8.count))
        }
        guard cursor.upTo(": ") != nil else { return nil }
        let name = cursor.prefix { ![UInt8(ascii: "("), UInt8(ascii: "[")].contains($0) }
        let id = TextCursor.string(TextCursor.trimmed(name))
        guard !id.isEmpty, id != "DefaultJob" else { return nil }
        guard id.hasPrefix("Job-"), cursor.take("(") else { return id }
        var depth = 1
        let characteristics = cursor.prefix { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            return depth > 0
        }
        return TextCursor.string(characteristics)
    }
}
