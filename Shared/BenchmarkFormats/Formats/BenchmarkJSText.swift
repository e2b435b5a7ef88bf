/// Benchmark.js `String(event.target)`.
struct BenchmarkJSText: LineFormat {
    static let id = "benchmarkjs-text"
    static let title = "Benchmark.js"
    static let keeps = "Operations a second and their relative margin of error"

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { figures(line) != nil }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let (name, rate, margin) = Self.figures(line) else { return }
        try results.add(ResultIdentity(name: name, metric: "throughput")) {
            () throws(ValueFault) in
            var record = try ResultRecord(.perSecond, .mean, rate)
            record.stats["rel_moe"] = CanonicalUnit.percent.figure(margin)
            return record
        }
    }

    /// `NAME x 12,017,160 ops/sec ±35.81% (6 runs sampled)`
    private static func figures(
        _ line: TextLine
    ) -> (name: String, rate: Double, margin: Double?)? {
        var cursor = line.cursor
        guard let head = cursor.upToLast(" ops/sec") else { return nil }
        var label = TextCursor(head)
        guard let name = label.upToLast(" x "),
            let rate = DecimalNumber.read(label.rest, thousands: UInt8(ascii: ","))
        else { return nil }
        cursor.skipSpace()
        let margin = cursor.take("±") ? cursor.upTo("%").flatMap { DecimalNumber.read($0) } : nil
        let trimmed = TextCursor.trimmed(name)
        return trimmed.isEmpty ? nil : (TextCursor.string(trimmed), rate, margin)
    }
}
