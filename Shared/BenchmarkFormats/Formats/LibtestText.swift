/// Rust's `cargo bench` with the built-in harness.
struct LibtestText: LineFormat {
    static let id = "libtest-text"
    static let title = "Rust libtest"
    static let keeps = "Median time with its deviation, bytes a second"

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        guard let outcome = outcome(line)?.outcome else { return false }
        return outcome.starts(with: Array("bench:".utf8))
            || ["ok", "ignored", "FAILED"].contains(TextCursor.string(outcome))
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let (name, outcome) = Self.outcome(line) else { return }
        var cursor = TextCursor(outcome)
        guard cursor.take("bench:") else {
            guard TextCursor.string(outcome) == "FAILED" else { return }
            return results.fail(
                .benchmarkFailed, name: name, message: "the benchmark failed", at: line.position)
        }
        guard let figures = LibtestFigures(cursor) else {
            guard line.isEnded else { return }
            return results.fail(
                .valueInvalid, name: name, metric: "time", message: ValueFault.invalid.message,
                at: line.position)
        }
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            var record = try ResultRecord(figures.unit, .median, figures.median)
            record.stats["deviation"] = figures.unit.figure(figures.deviation)
            return record
        }
        guard let rate = figures.megabytesPerSecond else { return }
        try results.add(ResultIdentity(name: name, metric: "bytes_per_second")) {
            () throws(ValueFault) in try ResultRecord(.megabytesPerSecond, .median, rate)
        }
    }

    /// `test NAME ... OUTCOME`
    private static func outcome(
        _ line: TextLine
    ) -> (name: String, outcome: ArraySlice<UInt8>)? {
        var cursor = line.cursor
        guard cursor.take("test "), let name = cursor.upTo("... ") else { return nil }
        let trimmed = TextCursor.trimmed(name)
        guard !trimmed.isEmpty else { return nil }
        return (TextCursor.string(trimmed), TextCursor.trimmed(cursor.rest))
    }
}

/// `1,234.56 ns/iter (+/- 89.1) = 51 MB/s`
private struct LibtestFigures {
    let median: Double
    let unit: CanonicalUnit
    private(set) var deviation: Double?
    private(set) var megabytesPerSecond: Double?

    init?(_ text: TextCursor) {
        let comma = UInt8(ascii: ",")
        var cursor = text
        cursor.skipSpace()
        guard let median = DecimalNumber.read(cursor.word(), thousands: comma) else { return nil }
        cursor.skipSpace()
        guard let unit = Units.known(TextCursor.string(cursor.word())), unit.name == "s" else {
            return nil
        }
        self.median = median
        self.unit = unit
        cursor.skipSpace()
        if cursor.take("(+/- "), let width = cursor.upTo(")") {
            deviation = DecimalNumber.read(TextCursor.trimmed(width), thousands: comma)
        }
        cursor.skipSpace()
        guard cursor.take("= ") else { return }
        let rate = cursor.word()
        cursor.skipSpace()
        if cursor.take("MB/s") {
            megabytesPerSecond = DecimalNumber.read(rate, thousands: comma)
        }
    }
}
