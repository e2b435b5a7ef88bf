/// ReBench `.data` files: tab-separated, with columns that differ between versions.
struct ReBenchData: LineFormat {
    static let id = "rebench-data"
    static let title = "ReBench"
    static let keeps = """
        Every row as a sample by invocation; suite, executor, arguments, cores, input size, \
        variable, tag and machine as parameters; `skip_iterations` leaves warm-up out
        """

    private let skipIterations: Int
    private var columns: [String: Int] = [:]

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
            return
        }
        guard !columns.isEmpty else { return }
        guard line.isEnded || fields.count >= columns.count else { return }
        let row = Row(fields: fields, columns: columns)
        guard let name = row["benchmark"], let criterion = row["criterion"],
            let unitText = row["unit"], let value = row.field("value")
        else {
            return results.fail(
                .entryInvalid, name: row["benchmark"], message: "a row lacks a column",
                at: line.position)
        }
        if skipIterations > 0, let iteration = row["iteration"].flatMap({ Int($0) }),
            iteration <= skipIterations
        {
            return
        }
        let slug = criterion == "total" ? "time" : Slug.of(criterion)
        let unit = Units.canonical(unitText)
        let invocation = row["invocation"].flatMap { Int($0) } ?? 0
        let identity = ResultIdentity(
            name: name, params: row.params, metric: slug.isEmpty ? criterion : slug)
        try results.add(identity) { () throws(ValueFault) in
            var record = try ResultRecord(unit, sample: DecimalNumber.read(value))
            record.groups = [invocation]
            return record
        }
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
