/// airspeed velocity: one file of `results/<machine>/`. Names of parameters and units come from
/// `benchmarks.json`, if it was handed over beside it.
enum ASVJSON: DocumentFormat {
    static let id = "asv-json"
    static let title = "airspeed velocity"
    static let keeps = """
        Every combination of parameters with its value, and its samples if they were recorded
        """

    static let companions = ["benchmarks.json", "machine.json"]

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.object(with: "result_columns").map { _ in "result_columns" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let root = try input.object()
        guard let columns = root["result_columns"], columns.isArray, let rows = root["results"],
            rows.isObject
        else { throw ParseRefusal(.schemaMismatch, "results or result_columns is missing") }
        let index = index(input)
        var places: [String: Int] = [:]
        for (place, column) in columns.elements.enumerated() {
            if let name = column.string { places[name] = place }
        }
        for (name, row) in rows.members {
            let row = ASVRow(name: name, row: row, places: places, index: index?[named: name])
            try read(row, into: &results)
        }
    }

    /// A file beside that cannot be read is as good as none.
    private static func index(_ input: FormatInput) -> JSONValue? {
        guard let file = input.options.beside.first(where: { $0.path.hasSuffix("benchmarks.json") })
        else { return nil }
        do throws(SyntaxFailure) {
            return try JSONDocument(
                file.bytes, file.bytes.indices, limits: input.options.limits,
                deadline: input.deadline
            ).root
        } catch {
            return nil
        }
    }

    private static func read(
        _ row: ASVRow, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let values = row.values else {
            return results.fail(
                .benchmarkFailed, name: row.name, message: "the benchmark gave no result")
        }
        guard let combinations = row.combinations(count: values.count) else {
            return results.fail(
                .entryInvalid, name: row.name,
                message: "there is not one result for each combination of parameters")
        }
        let samples = row.samples
        for (place, value) in values.enumerated() {
            let params = combinations[place]
            if value.isNull {
                results.fail(
                    .benchmarkFailed, name: row.name,
                    message: "a combination of parameters gave no result")
            } else if value.kind == .notANumber {
                results.fail(
                    .benchmarkSkipped, name: row.name,
                    message: "setup skipped a combination of parameters")
            } else {
                let list = place < samples.count ? samples[place] : nil
                try add(row, params, value, list, into: &results)
            }
        }
    }

    private static func add(
        _ row: ASVRow, _ params: [String: String], _ value: JSONValue, _ list: JSONValue?,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let (metric, unit) = row.measure
        try results.add(ResultIdentity(name: row.name, params: params, metric: metric)) {
            () throws(ValueFault) in
            let statistic: BenchmarkResult.Statistic = metric == "time" ? .median : .single
            var record = try ResultRecord(unit, statistic, json: value)
            if let list, !list.isNull { record.samples = try unit.values(list) }
            return record
        }
    }
}

/// The results of one benchmark.
struct ASVRow {
    let name: String
    let row: JSONValue
    /// Which column is where.
    let places: [String: Int]
    let index: JSONValue?

    /// nil if the whole benchmark failed.
    var values: [JSONValue]? {
        guard let result = row.isArray ? column("result") : row, !result.isNull else { return nil }
        return result.isArray ? Array(result.elements) : [result]
    }

    var samples: [JSONValue] { Array(column("samples")?.elements ?? .none) }

    var measure: (metric: String, unit: CanonicalUnit) {
        let leaf = name.split(separator: ".").last ?? ""
        let written = index?["unit"]?.string.map(Units.canonical)
        if leaf.hasPrefix("time") { return ("time", written ?? .seconds) }
        if leaf.hasPrefix("peakmem") { return ("peak_memory", written ?? .bytes) }
        if leaf.hasPrefix("mem") { return ("memory", written ?? .bytes) }
        return ("value", written ?? Units.canonical("unit"))
    }

    /// The product of the parameters' values, the last one changing first; nil if their number is
    /// not that of the results.
    func combinations(count: Int) -> [[String: String]]? {
        let axes = (column("params")?.elements ?? .none).map { axis in
            axis.elements.map { Self.plain($0.parameterText) }
        }
        guard axes.count <= 64 else { return nil }
        var size = 1
        for axis in axes {
            let (product, overflow) = size.multipliedReportingOverflow(by: axis.count)
            guard !overflow, product <= count else { return nil }
            size = product
        }
        guard size == count else { return nil }
        let names = Array(index?["param_names"]?.elements ?? .none).map { $0.string ?? "" }
        var all: [[String: String]] = [[:]]
        for (place, axis) in axes.enumerated() {
            let known = place < names.count && !names[place].isEmpty
            let name = known ? names[place] : "param\(place + 1)"
            all = all.flatMap { params in
                axis.map { value in params.merging([name: value]) { $1 } }
            }
        }
        return all
    }

    private func column(_ name: String) -> JSONValue? {
        guard let place = places[name], row.isArray else { return nil }
        var elements = row.elements
        for _ in 0..<min(place, row.count) { _ = elements.next() }
        return elements.next()
    }

    /// Of a Python representation its text: one pair of quotes is removed.
    private static func plain(_ text: String) -> String {
        guard let first = text.utf8.first, text.utf8.count > 1, text.utf8.last == first,
            first == UInt8(ascii: "'") || first == UInt8(ascii: "\"")
        else { return text }
        return String(text.dropFirst().dropLast())
    }
}
