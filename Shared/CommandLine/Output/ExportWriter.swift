/// Writes raw data piece by piece, so that its size does not matter.
struct ExportWriter {
    let client: APIClient
    let sink: any TextSink
    let format: ExportCommand.Format

    /// The longest line that is taken from the server.
    private static let lineLimitBytes = 1 << 20

    /// One row per sample, as the server writes them; one header for all runs.
    func samples(of runs: [Run]) async throws {
        var list = DocumentList(sink, format)
        try list.begin("export.samples")
        for (index, run) in runs.enumerated() {
            let wire = format == .csv ? "csv" : "ndjson"
            let response = try await client.stream(
                "/runs/\(run.id)/samples", [QueryField("format", wire)], waiting: .seconds(600))
            var lines = LineReader(
                limitBytes: Self.lineLimitBytes, hasQuotedCells: format == .csv)
            var isHeader = format == .csv
            try await response.forEachPiece { piece in
                for line in try lines.take(piece) {
                    if !(isHeader && index > 0) { try list.add(line) }
                    isHeader = false
                }
            }
            if let rest = lines.rest, !(isHeader && index > 0) { try list.add(rest) }
        }
        try list.end(next: nil)
    }

    func runs(_ runs: ListedItems<Run>) throws {
        let columns = [
            "id", "request_id", "commit", "parent", "subject", "author", "ref", "host_class",
            "state", "direction", "decision", "created_us", "started_us", "finished_us",
        ]
        try write(runs.trees, columns, "export.runs", next: runs.next)
    }

    func comparisons(of runs: ListedItems<Run>) async throws {
        var trees: [JSONTree] = []
        for (run, tree) in zip(runs.items, runs.trees) {
            let outcome = try await RunOutcome.read(
                RequestWatch.Seen(run: run, tree: tree), client)
            trees += outcome.rowTrees.map { row in
                var members = row.members
                members["run_id"] = .string(run.id)
                members["commit"] = .string(run.commit)
                return .object(members)
            }
        }
        let columns = [
            "run_id", "commit", "benchmark", "params", "metric", "unit", "better", "provider",
            "host_class", "watched", "shift", "shift_rel", "ci_rel", "p", "p_adjusted",
            "direction", "decision", "reasons", "state",
        ]
        try write(trees, columns, "export.comparison", next: runs.next)
    }

    /// One row per run of each series, in the order of commits; one request a series.
    func points(of series: ListedItems<Series>, _ filters: [QueryField]) async throws {
        let own = [
            "benchmark", "params", "metric", "unit", "better", "provider", "arch", "host_class",
        ]
        let columns =
            ["series_id"] + own + [
                "host_id", "run_id", "commit", "commit_time_us", "measured_us", "epoch", "n",
                "median", "low", "high", "min", "max", "validity",
            ]
        var list = DocumentList(sink, format)
        try list.begin("export.series")
        if format == .csv {
            try sink.write(TextTable(columns.map { TextTable.Column($0) }).csv())
        }
        let query = filters + [QueryField("max_points", "\(SeriesCommand.mostPoints)")]
        for (item, tree) in zip(series.items, series.trees) {
            let reply = try await client.get(
                "/series/\(item.id)/points", query, as: SeriesPoints.self)
            let rows = (reply.tree["points"]?.items ?? []).map { point in
                JSONTree.object(
                    point.members.merging(own.map { ($0, tree[$0] ?? .null) }) { mine, _ in mine })
            }
            if format == .csv {
                try sink.write(Self.table(rows, columns).csv(header: false))
            } else {
                for row in rows { try list.add(row.text) }
            }
        }
        try list.end(next: series.next)
    }

    private static func table(_ trees: [JSONTree], _ columns: [String]) -> TextTable {
        TextTable(
            columns.map { TextTable.Column($0) },
            rows: trees.map { tree in columns.map { .init(cell(tree[$0])) } })
    }

    private func write(
        _ trees: [JSONTree], _ columns: [String], _ name: String, next: String?
    ) throws {
        if format == .csv {
            return try sink.write(Self.table(trees, columns).csv())
        }
        var list = DocumentList(sink, format)
        try list.begin(name)
        for tree in trees { try list.add(tree.text) }
        try list.end(next: next)
    }

    private static func cell(_ tree: JSONTree?) -> String {
        switch tree {
        case nil, .null?: ""
        case .string(let text)?: text
        case let other?: other.text
        }
    }
}

/// Rows as one JSON document, or one a line.
private struct DocumentList {
    private let sink: any TextSink
    private let format: ExportCommand.Format
    private var isFirst = true

    init(_ sink: any TextSink, _ format: ExportCommand.Format) {
        self.sink = sink
        self.format = format
    }

    func begin(_ name: String) throws {
        guard format == .json else { return }
        try sink.write("{\"schema\":\"fleetmark.\(name).v1\",\"items\":[")
    }

    mutating func add(_ line: String) throws {
        switch format {
        case .json: try sink.write((isFirst ? "\n" : ",\n") + line)
        case .ndjson: try sink.write(line + "\n")
        case .csv: try sink.write(line + "\r\n")
        }
        isFirst = false
    }

    func end(next: String?) throws {
        guard format == .json else { return }
        let cursor = next.map { JSONTree.string($0) } ?? .null
        try sink.write("\n],\"next_cursor\":\(cursor.text)}\n")
    }
}

/// Cuts a stream of bytes into lines; CR LF and LF end one.
///
/// With quoted cells (CSV) a line ends only outside quotes, so a cell with a line feed stays whole.
struct LineReader {
    private let limitBytes: Int
    private let hasQuotedCells: Bool
    private var pending: [UInt8] = []
    private var isQuoted = false

    init(limitBytes: Int, hasQuotedCells: Bool) {
        self.limitBytes = limitBytes
        self.hasQuotedCells = hasQuotedCells
    }

    /// - Throws: when a line is longer than the limit.
    mutating func take(_ bytes: [UInt8]) throws(CommandFailure) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if hasQuotedCells, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == UInt8(ascii: "\n"), !isQuoted else {
                pending.append(byte)
                guard pending.count <= limitBytes else {
                    throw CommandFailure(
                        .notReachable, "bad_reply", "the server sent a line without an end")
                }
                continue
            }
            if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
            lines.append(String(decoding: pending, as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
        }
        return lines
    }

    /// What follows the last line's end.
    var rest: String? { pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self) }
}
