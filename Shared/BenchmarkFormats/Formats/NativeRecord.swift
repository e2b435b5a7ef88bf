/// The records that both forms of the native format share.
enum NativeRecord {
    private static let family = "fleetmark.results."
    private static let version = "fleetmark.results.v1"

    /// Whether an object names the native schema, in any version.
    static func isOwn(_ root: JSONValue) -> Bool {
        root["schema"]?.string?.hasPrefix(family) ?? false
    }

    static func checkVersion(_ root: JSONValue) throws(ParseRefusal) {
        guard root["schema"]?.string != version else { return }
        guard isOwn(root) else { throw ParseRefusal(.schemaMismatch, "schema is missing") }
        throw ParseRefusal(.unsupportedVersion, "only \(version) is read")
    }

    /// A result: a headline, samples, or both.
    static func read(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let head = Head(entry, &results) else { return }
        let hasSamples = entry["samples"] != nil
        guard hasSamples || entry["value"] != nil else {
            return results.fail(
                .entryInvalid, name: head.identity.name, metric: head.identity.metric,
                message: "neither value nor samples is there")
        }
        var statistic = BenchmarkResult.Statistic.single
        if let written = entry["statistic"] {
            guard let known = written.string.flatMap(BenchmarkResult.Statistic.init) else {
                return head.refuse("statistic is unknown", &results)
            }
            statistic = known
        } else if entry["samples"]?.count ?? 0 > 0 {
            statistic = .mean
        }
        guard let groups = groups(entry) else {
            return head.refuse("groups is not one whole number for each sample", &results)
        }
        try results.add(head.identity) { () throws(ValueFault) in
            var record = ResultRecord(head.unit, better: head.better)
            if let value = entry["value"] {
                record.headline = (try head.unit.value(value), statistic)
            }
            if let samples = entry["samples"] { record.samples = try head.unit.values(samples) }
            guard record.headline != nil || !record.samples.isEmpty else { throw .invalid }
            record.groups = groups
            record.stats = stats(entry["stats"], head.unit)
            return record
        }
    }

    /// One sample of a stream.
    static func readSample(
        _ entry: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let head = Head(entry, &results) else { return }
        guard let value = entry["value"] else { return head.refuse("value is missing", &results) }
        try results.add(head.identity) { () throws(ValueFault) in
            var record = ResultRecord(head.unit, better: head.better)
            record.samples = [try head.unit.value(value)]
            return record
        }
    }

    /// What a project reports about a benchmark that gave no result.
    static func readError(_ entry: JSONValue, into results: inout ResultCollector) {
        guard let name = entry["name"]?.string, !name.isEmpty,
            let reported = entry["class"]?.string.flatMap(ProblemClass.init),
            reported.isToolReported
        else {
            return results.fail(.entryInvalid, message: "an error has no name or known class")
        }
        results.fail(
            reported, name: name, metric: entry["metric"]?.string.map(Slug.of),
            message: entry["message"]?.string ?? "reported by the project")
    }

    /// Empty if there are none; nil if they do not fit the samples.
    private static func groups(_ entry: JSONValue) -> SampleGroups? {
        guard let list = entry["groups"], !list.isNull else { return [] }
        guard list.isArray, list.count == entry["samples"]?.count else { return nil }
        var groups = SampleGroups()
        for element in list.elements {
            guard let group = element.double.flatMap({ Int(exactly: $0) }) else { return nil }
            groups.append(group)
        }
        return groups
    }

    private static func stats(_ json: JSONValue?, _ unit: CanonicalUnit) -> [String: Double] {
        guard let json else { return [:] }
        var stats: [String: Double] = [:]
        let ratio = CanonicalUnit(name: "ratio")
        for (key, value) in json.members where isStatistic(key) {
            stats[key] = (key.hasPrefix("rel_") ? ratio : unit).figure(value)
        }
        return stats
    }

    private static let figures: Set<String> = [
        "mean", "median", "min", "max", "stddev", "q1", "q3", "ci_low", "ci_high", "deviation",
        "rel_stddev", "rel_moe", "lower", "upper",
    ]

    /// A figure of the model, or a percentile such as `p99` or `p99.9`.
    private static func isStatistic(_ key: String) -> Bool {
        if figures.contains(key) { return true }
        let digits = key.utf8.dropFirst()
        return key.utf8.first == UInt8(ascii: "p") && (1...8).contains(digits.count)
            && digits.allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 == UInt8(ascii: ".") }
            && digits.first != UInt8(ascii: ".") && digits.last != UInt8(ascii: ".")
    }
}

extension NativeRecord {
    /// What every record says before its numbers.
    private struct Head {
        let identity: ResultIdentity
        let unit: CanonicalUnit
        let better: BenchmarkResult.Better?

        /// nil, with the problem listed, if something required is missing or unknown.
        init?(_ entry: JSONValue, _ results: inout ResultCollector) {
            guard let name = entry["name"]?.string, !name.isEmpty else {
                results.fail(.entryInvalid, message: "a result has no name")
                return nil
            }
            let metric = entry["metric"].map { $0.string.map(Slug.of) ?? "" } ?? "time"
            identity = ResultIdentity(
                name: name, params: entry["params"]?.parameters ?? [:], metric: metric)
            unit = Units.canonical(entry["unit"]?.string ?? "")
            better = entry["direction"]?.string.flatMap(BenchmarkResult.Better.init)
            if metric.isEmpty {
                results.fail(
                    .entryInvalid, name: name, message: "metric has neither letter nor digit")
                return nil
            }
            guard entry["unit"]?.string != nil else {
                refuse("unit is missing", &results)
                return nil
            }
            guard entry["direction"] == nil || better != nil else {
                refuse("direction is none of lower, higher, none", &results)
                return nil
            }
        }

        func refuse(_ message: String, _ results: inout ResultCollector) {
            results.fail(
                .entryInvalid, name: identity.name, metric: identity.metric, message: message)
        }
    }
}
