import BenchmarkFormats

/// The results of several files as one document of the native format.
///
/// What several files say of one benchmark and metric are several runs of it: each is a visit of
/// its own, between which the spread is measured that a decision needs.
struct MergedResults {
    private var entries: [ResultIdentity: Entry] = [:]
    private var order: [ResultIdentity] = []
    private(set) var failures: [JSONTree] = []
    private var groups = 0

    private struct Entry {
        let first: BenchmarkResult
        var samples: [Double]
        var groups: [Int]
        var isMerged = false
    }

    /// What none of the files can be right about together.
    struct Clash: Error {
        let benchmark: String
        let metric: String
    }

    var isEmpty: Bool { order.isEmpty }
    var count: Int { order.count }

    /// - Throws: `Clash` where another file gave the same metric in another unit.
    mutating func add(_ report: ParseReport, prefix: String) throws(Clash) {
        var used = groups
        for result in report.results {
            let identity = ResultIdentity(
                name: prefix + result.name, params: result.params, metric: result.metric)
            used = max(used, try add(result, identity))
        }
        groups = used
        for problem in report.errors {
            guard let name = problem.name, Self.reported.contains(problem.problemClass) else {
                continue
            }
            failures.append(
                .object([
                    "class": .string(problem.problemClass.rawValue),
                    "name": .string(prefix + name), "message": .string(problem.message),
                ]))
        }
    }

    /// What a tool says of a benchmark, and no reader of its output.
    private static let reported: Set<ProblemClass> = [
        .metricUnsupported, .benchmarkFailed, .benchmarkSkipped, .nonzeroExit,
    ]

    /// The number behind the last group that it took.
    private mutating func add(
        _ result: BenchmarkResult, _ identity: ResultIdentity
    ) throws(Clash) -> Int {
        let samples = result.samples.isEmpty ? [result.value] : result.samples
        var numbers: [Int: Int] = [:]
        let own =
            result.groups.isEmpty
            ? Array(repeating: 0, count: samples.count) : result.groups.numbers
        let placed = own.map { number in
            let place = numbers[number] ?? numbers.count
            numbers[number] = place
            return groups + place
        }
        if var entry = entries[identity] {
            guard entry.first.unit == result.unit, entry.first.better == result.better else {
                throw Clash(benchmark: identity.name, metric: identity.metric)
            }
            entry.samples += samples
            entry.groups += placed
            entry.isMerged = true
            entries[identity] = entry
        } else {
            order.append(identity)
            entries[identity] = Entry(first: result, samples: samples, groups: placed)
        }
        return groups + numbers.count
    }

    var document: JSONTree {
        .object([
            "schema": "fleetmark.results.v1",
            "results": .array(
                order.compactMap { identity in entries[identity].map { tree(identity, $0) } }),
            "errors": .array(failures),
        ])
    }

    private func tree(_ identity: ResultIdentity, _ entry: Entry) -> JSONTree {
        let result = entry.first
        // The tool's own figure is one of its own file.
        let isOne = !entry.isMerged
        return .members([
            "name": .string(identity.name),
            "params": .object(identity.params.mapValues { .string($0) }),
            "metric": .string(identity.metric), "unit": .string(result.unit),
            "direction": .string(result.better.rawValue),
            "value": isOne ? .number(result.value) : nil,
            "statistic": isOne ? .string(result.statistic.rawValue) : nil,
            "samples": isOne && result.samples.isEmpty
                ? nil : .array(entry.samples.map { .number($0) }),
            "groups": isOne && result.samples.isEmpty
                ? nil : .array(entry.groups.map { .integer(Int64($0)) }),
            "stats": isOne && !result.stats.isEmpty
                ? .object(result.stats.mapValues { .number($0) }) : nil,
        ])
    }
}
