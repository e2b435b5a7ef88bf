/// `perf stat -x SEPARATOR`.
struct PerfStatCSV: LineFormat {
    static let id = "perf-stat-csv"
    static let isSingle = true
    static let title = "perf stat -x"
    static let keeps = "Every event's count, the variance of `-r`; appended runs become samples"

    private var rows = PerfStatRows()

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        guard let fields = fields(line), fields.count >= 5 else { return false }
        let isNumber =
            fields[0].hasPrefix("<not ")
            || !fields[0].isEmpty
                && fields[0].utf8.allSatisfy { TextCursor.isDigit($0) || $0 == 0x2E || $0 == 0x2C }
        let isEvent = fields[2].utf8.first.map { ($0 | 0x20) &- UInt8(ascii: "a") < 26 } ?? false
        let units = ["", "msec", "ns", "Joules", "Bytes", "B", "KiB", "MiB", "C"]
        return isNumber && isEvent && units.contains(fields[1])
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if line.starts(with: "# started on") { return rows.begin() }
        guard !line.starts(with: "#"), let fields = Self.fields(line), fields.count >= 3,
            !fields[2].isEmpty
        else { return }
        // Columns past the third move by one if a variance is there; a cut line has fewer.
        guard line.isEnded || fields.count >= 5 else { return }
        var row = PerfStatRow(event: fields[2], unit: fields[1], value: fields[0])
        var rest = fields.dropFirst(3)
        if let variance = rest.first, variance.hasSuffix("%") {
            row.variancePercent = DecimalNumber.read(text: String(variance.dropLast()))
            rest = rest.dropFirst()
        }
        row.percentRunning = rest.dropFirst().first.flatMap(DecimalNumber.read(text:))
        row.position = line.position
        rows.add(row, into: &results)
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        try rows.finish(into: &results)
    }

    /// Separated by the first of `;`, tab and `,` that the line has.
    private static func fields(_ line: TextLine) -> [String]? {
        let separators = [UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: ",")]
        guard let separator = separators.first(where: { line.bytes.contains($0) }) else {
            return nil
        }
        return line.bytes.split(separator: separator, omittingEmptySubsequences: false)
            .map { TextCursor.string(TextCursor.trimmed($0)) }
    }
}
