/// The folder `target/criterion` of Criterion.rs. Names come from the files, as those of folders
/// are shortened; earlier runs (`base`) and comparisons are passed over.
enum CriterionFolder: FolderFormat {
    static let id = "criterion-dir"
    static let title = "Criterion.rs, its folder"
    static let keeps = "Slope or mean with its interval, every sample's time, throughput, the value"

    static func read(
        _ files: [ResultFile], _ options: ParseOptions, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let ending = "new/benchmark.json"
        let known = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        let heads = files.filter { $0.path == ending || $0.path.hasSuffix("/" + ending) }
        for head in heads.sorted(by: { $0.path < $1.path }) {
            let folder = head.path.dropLast("benchmark.json".utf8.count)
            let entry = CriterionEntry(options: options, deadline: results.deadline)
            do throws(ParseRefusal) {
                try entry.read(
                    head, known[folder + "estimates.json"], known[folder + "sample.json"],
                    into: &results)
            } catch {
                guard error.problem.problemClass != .limitExceeded else { throw error }
                results.fail(
                    error.problem.problemClass, name: String(folder),
                    message: error.problem.message, at: error.problem.position)
            }
        }
    }
}

/// Which files of `target/criterion` are read: those of the last run.
package enum CriterionFiles {
    package static func isMeant(_ path: String) -> Bool {
        names.contains { path == $0 || path.hasSuffix("/" + $0) }
    }

    private static let names = ["new/benchmark.json", "new/estimates.json", "new/sample.json"]
}

/// One benchmark of the folder: three files.
private struct CriterionEntry {
    let options: ParseOptions
    let deadline: ParseDeadline

    func read(
        _ head: ResultFile, _ estimates: ResultFile?, _ sample: ResultFile?,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let benchmark = try root(head)
        guard let group = benchmark["group_id"]?.string, !group.isEmpty, let estimates else {
            throw ParseRefusal(.entryInvalid, "group_id or estimates.json is missing")
        }
        let name = benchmark["function_id"]?.string.map { "\(group)/\($0)" } ?? group
        let params = benchmark["value_str"]?.string.map { ["value": $0] } ?? [:]
        let figures = try root(estimates)
        let slope = figures["slope"].flatMap { $0.isNull ? nil : $0 }
        guard let figure = slope ?? figures["mean"], let point = figure["point_estimate"] else {
            throw ParseRefusal(.entryInvalid, "estimates.json has neither slope nor mean")
        }
        let samples = try sample.map(root)
        let unit = CanonicalUnit.nanoseconds
        try results.add(ResultIdentity(name: name, params: params, metric: "time")) {
            () throws(ValueFault) in
            var record = try ResultRecord(unit, slope == nil ? .mean : .slope, json: point)
            record.samples = try unit.perIteration(samples?["times"], samples?["iters"])
            let interval = figure["confidence_interval"]
            record.stats["ci_low"] = unit.figure(interval?["lower_bound"])
            record.stats["ci_high"] = unit.figure(interval?["upper_bound"])
            return record
        }
        guard let time = unit.figure(point), time > 0 else { return }
        let rates: [String: CanonicalUnit] = [
            "Bytes": .bytesPerSecond, "BytesDecimal": .bytesPerSecond, "Elements": .perSecond,
        ]
        for (key, amount) in benchmark["throughput"]?.members ?? [] {
            guard let rate = rates[key], let amount = amount.double else { continue }
            try results.add(ResultIdentity(name: name, params: params, metric: "throughput")) {
                () throws(ValueFault) in try ResultRecord(rate, .derived, amount / time)
            }
        }
    }

    private func root(_ file: ResultFile) throws(ParseRefusal) -> JSONValue {
        let text = try DecodedText(file.bytes)
        return try FormatInput(text: text, options: options, deadline: deadline).object()
    }
}
