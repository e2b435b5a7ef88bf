/// ReBench `.data` files: tab-separated, with columns that differ between versions.
struct ReBenchTable: LineFormat {
    static let id = "rebench-data"
    static let title = "ReBench"
    static let keeps = """
        Every row as a sample by invocation; suite, executor, arguments, cores, input size, \
        variable, tag and machine as parameters; `skip_iterations` leaves warm-up out
        """

    private let skipIterations: Int
    private var columns: [String: Int] = [:]
    private var last: Series?

    init(_ options: ParseOptions) { skipIterations = options.skipIterations }

    static func isSign(_ line: TextLine) -> Bool {
        line.starts(with: "invocation\titeration\tvalue\tunit\tcriterion\tbenchmark")
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard !line.isBlank, !line.starts(with: "#") else { return }
        let fields = line.bytes.split(
            separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        // A file that was appended to may repeat its captions.
        guard !line.starts(with: "invocation\t") else {
            let names = fields.map { TextCursor.string(TextCursor.trimmed($0)) }
            columns = Dictionary(zip(names, 0...)) { first, _ in first }
            last = nil
            return
        }
        guard !columns.isEmpty else { return }
        guard line.isEnded || fields.count >= columns.count else { return }
        let row = Row(fields: fields, columns: columns)
        guard let series = series(row, line), let value = row.field("value") else {
            return results.fail(
                .entryInvalid, name: row["benchmark"], message: "a row lacks a column",
                at: line.position)
        }
        if skipIterations > 0, let iteration = row["iteration"].flatMap({ Int($0) }),
            iteration <= skipIterations
        {
            return results.ignore("iterations of warm-up")
        }
        let invocation = row["invocation"].flatMap { Int($0) } ?? 0
        try results.add(series.identity) { () throws(ValueFault) in
            var record = try ResultRecord(series.unit, sample: DecimalNumber.read(value))
            record.groups = [invocation]
            return record
        }
    }

    /// Rows of one benchmark follow each other: what is the same as in the row before is not
    /// worked out again.
    private mutating func series(_ row: Row, _ line: TextLine) -> Series? {
        let rest = line.bytes[(row.fields.count > 3 ? row.fields[3] : line.bytes).startIndex...]
        if let last, hasUsualOrder, last.rest.elementsEqual(rest) { return last }
        guard let name = row["benchmark"], let criterion = row["criterion"],
            let unit = row["unit"]
        else { return nil }
        let slug = criterion == "total" ? "time" : Slug.of(criterion)
        let series = Series(
            rest: Array(rest),
            identity: ResultIdentity(
                name: name, params: row.params, metric: slug.isEmpty ? criterion : slug),
            unit: Units.canonical(unit))
        last = series
        return series
    }

    /// Whether what differs between rows of a benchmark stands first.
    private var hasUsualOrder: Bool {
        columns["invocation"] == 0 && columns["iteration"] == 1 && columns["value"] == 2
    }

    private struct Series {
        let rest: [UInt8]
        let identity: ResultIdentity
        let unit: CanonicalUnit
    }

    private struct Row {
        let fields: [ArraySlice<UInt8>]
        let columns: [String: Int]

        func field(_ name: String) -> ArraySlice<UInt8>? {
            guard let place = columns[name], place < fields.count else { return nil }
            let field = TextCursor.trimmed(fields[place])
            return field.isEmpty ? nil : field
        }

        /// nil if it is missing or empty.
        subscript(name: String) -> String? { field(name).map(TextCursor.string) }

        var params: [String: String] {
            var params: [String: String] = [:]
            for (column, name) in Self.parameters { params[name] = self[column] }
            return params
        }

        private static let parameters = [
            ("suite", "suite"), ("executor", "executor"), ("extraArgs", "extra_args"),
            ("cores", "cores"), ("inputSize", "input_size"), ("varValue", "var_value"),
            ("tag", "tag"), ("machine", "machine"),
        ]
    }
}
