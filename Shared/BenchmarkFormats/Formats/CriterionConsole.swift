/// What Criterion.rs prints.
struct CriterionConsole: LineFormat {
    static let id = "criterion-console"
    static let title = "Criterion.rs, its console"
    static let keeps = "The estimate of time and throughput with its interval, four digits"

    /// The last line that can be a name: long ones stand on a line of their own.
    private var heading: String?
    /// The benchmark whose figures are being read.
    private var name: String?

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { figures(line, "time:") != nil }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if let (label, figures) = Self.figures(line, "time:") {
            name = label.isEmpty ? heading : TextCursor.string(label)
            guard let name else { return }
            try add(figures, name, "time", line, into: &results)
        } else if let (label, figures) = Self.figures(line, "thrpt:"), label.isEmpty {
            guard let name else { return }
            try add(figures, name, "throughput", line, into: &results)
        } else if let first = line.bytes.first, !TextCursor.isSpace(first) {
            heading = TextCursor.string(TextCursor.trimmed(line.bytes))
        }
    }

    /// What stands before the key, and between the brackets behind it. Comparisons with an
    /// earlier run are shares, and are none.
    private static func figures(
        _ line: TextLine, _ key: StaticString
    ) -> (label: ArraySlice<UInt8>, figures: ArraySlice<UInt8>)? {
        var cursor = line.cursor
        guard let label = cursor.upToLast(key) else { return nil }
        guard cursor.skipSpace() > 0, cursor.take("["), let figures = cursor.upTo("]"),
            !figures.contains(UInt8(ascii: "%"))
        else { return nil }
        return (TextCursor.trimmed(label), figures)
    }

    /// `7.3823 µs 11.043 µs 14.239 µs`
    private func add(
        _ figures: ArraySlice<UInt8>, _ name: String, _ metric: String, _ line: TextLine,
        into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let parts = figures.split(whereSeparator: TextCursor.isSpace)
        guard parts.count == 6 else {
            return results.fail(
                .entryInvalid, name: name, metric: metric,
                message: "not three figures with their units", at: line.position)
        }
        let figures = (0..<3).map { place in
            (
                DecimalNumber.read(parts[place * 2]),
                Self.unit(TextCursor.string(parts[place * 2 + 1]))
            )
        }
        try results.add(ResultIdentity(name: name, metric: metric)) { () throws(ValueFault) in
            var record = try ResultRecord(figures[1].1, .estimate, figures[1].0)
            record.stats["ci_low"] = figures[0].1.figure(figures[0].0)
            record.stats["ci_high"] = figures[2].1.figure(figures[2].0)
            return record
        }
    }

    /// `Kelem/s` and its kin are thousands of elements.
    private static func unit(_ text: String) -> CanonicalUnit {
        let scales: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        if text.hasSuffix("elem/s"), text.utf8.count == 7, let scale = text.first {
            return CanonicalUnit(name: "ops/s", factor: scales[scale] ?? 1)
        }
        return Units.canonical(text)
    }
}
