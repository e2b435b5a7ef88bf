/// One row of a Google Benchmark file.
struct GoogleRow {
    struct Measure {
        let metric: String
        let unit: CanonicalUnit
        let better: BenchmarkResult.Better?
        let value: JSONValue
    }

    private let entry: JSONValue
    private(set) var isAggregate: Bool

    /// nil if the row has no name.
    init?(_ entry: JSONValue) {
        guard let name = entry["run_name"] ?? entry["name"], name.isText, !name.raw.isEmpty else {
            return nil
        }
        self.entry = entry
        let type = entry["run_type"]
        isAggregate =
            type?.isText("aggregate") ?? (entry["aggregate_name"]?.string != nil)
    }

    /// The run with its arguments; rows of one run differ in repetition or aggregate only.
    var run: String { (entry["run_name"] ?? entry["name"])?.string ?? "" }
    /// What the row is computed as; nil for a measured row.
    var aggregate: String? { entry["aggregate_name"]?.string }

    private var isLabelled: Bool { entry["run_type"]?.string != nil }

    /// Old versions tell aggregates by the ending of the name alone. A row is one if the rest of
    /// its name is a row too.
    static func markingUnlabelledAggregates(_ rows: [GoogleRow]) -> [GoogleRow] {
        guard rows.contains(where: { !$0.isLabelled }) else { return rows }
        let runs = Set(rows.map(\.run))
        return rows.map { row in
            guard !row.isLabelled, !row.isAggregate else { return row }
            let endings = ["_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS"]
            guard let ending = endings.first(where: { row.run.hasSuffix($0) }),
                runs.contains(String(row.run.dropLast(ending.count)))
                    || row.entry["cpu_coefficient"] != nil || row.entry["rms"] != nil
            else { return row }
            var marked = row
            marked.isAggregate = true
            return marked
        }
    }

    /// What the tool says went wrong.
    var failure: (problemClass: ProblemClass, message: String)? {
        if entry["error_occurred"]?.isTrue == true {
            return (.benchmarkFailed, entry["error_message"]?.string ?? "an error occurred")
        }
        if entry["skipped"]?.isTrue == true {
            return (.benchmarkSkipped, entry["skip_message"]?.string ?? "skipped")
        }
        return nil
    }

    /// Times first, then counters in file order.
    var measures: [Measure] {
        var timeUnit = CanonicalUnit.nanoseconds
        var times: [JSONValue?] = [nil, nil]
        var counters: [Measure] = []
        entry.forEachMember { key, value in
            if key.isText("time_unit") { timeUnit = Units.canonical(value.string ?? "ns") }
            if key.isText("real_time") { times[0] = value }
            if key.isText("cpu_time") { times[1] = value }
            guard value.isNumber, !Self.ownKeys.contains(where: { key.isText($0) }),
                let name = key.string
            else { return }
            let counter = Self.counter(name, value)
            guard !counter.metric.isEmpty, !["time", "cpu_time"].contains(counter.metric) else {
                return
            }
            // As everywhere, the last of a repeated key counts.
            if let place = counters.firstIndex(where: { $0.metric == counter.metric }) {
                counters[place] = counter
            } else {
                counters.append(counter)
            }
        }
        let named = zip(["time", "cpu_time"], times).compactMap { metric, value in
            value.map { Measure(metric: metric, unit: timeUnit, better: nil, value: $0) }
        }
        return named + counters
    }

    /// `BM_Copy/64/size:8/real_time` → `BM_Copy/real_time` with `arg0` and `size`.
    static func split(_ run: String) -> (name: String, params: [String: String]) {
        let parts = run.split(separator: "/", omittingEmptySubsequences: false)
        var name = parts.prefix(1).map(String.init)
        var params: [String: String] = [:]
        var arguments = 0
        for part in parts.dropFirst() {
            if isInteger(part) {
                params["arg\(arguments)"] = String(part)
                arguments += 1
            } else if let (key, value) = pair(part) {
                params[key] = value
            } else {
                name.append(String(part))
            }
        }
        return (name.joined(separator: "/"), params)
    }

    private static func isInteger(_ part: Substring) -> Bool {
        let digits = part.utf8.first == UInt8(ascii: "-") ? part.utf8.dropFirst() : part.utf8
        return !digits.isEmpty && digits.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    /// `key:value`; a C++ scope (`a::b`) is none.
    private static func pair(_ part: Substring) -> (String, String)? {
        guard let colon = part.firstIndex(of: ":") else { return nil }
        let key = part[..<colon]
        let value = part[part.index(after: colon)...]
        guard !key.isEmpty, !value.isEmpty, value.first != ":" else { return nil }
        return (String(key), String(value))
    }

    /// The file does not say what a counter is; only its name does.
    private static func counter(_ key: String, _ value: JSONValue) -> Measure {
        switch key {
        case "allocs_per_iter":
            Measure(
                metric: "allocations", unit: Units.canonical("count"), better: nil, value: value)
        case "max_bytes_used":
            Measure(metric: "peak_memory", unit: Units.canonical("B"), better: nil, value: value)
        case "bytes_per_second":
            Measure(metric: key, unit: Units.canonical("B/s"), better: nil, value: value)
        case let key where key.hasSuffix("_per_second"):
            Measure(
                metric: Slug.of(key), unit: Units.canonical("ops/s"), better: nil, value: value)
        default:
            Measure(
                metric: Slug.of(key), unit: Units.canonical("count"),
                better: BenchmarkResult.Better.none, value: value)
        }
    }

    private static let ownKeys: [StaticString] = [
        "family_index", "per_family_instance_index", "repetitions", "repetition_index", "threads",
        "iterations", "real_time", "cpu_time", "cpu_coefficient", "real_coefficient", "rms",
    ]
}
