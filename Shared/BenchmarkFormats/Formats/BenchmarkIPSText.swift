/// What Ruby's benchmark-ips prints.
struct BenchmarkIPSText: LineFormat {
    static let id = "benchmark-ips-text"
    static let title = "benchmark-ips, its console"
    static let keeps = "Iterations a second and their standard deviation, four digits"

    /// A long label stands on the line before.
    private var label: String?

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { Row(line) != nil }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let row = Row(line) else {
            let text = TextCursor.trimmed(line.bytes)
            label = text.isEmpty ? nil : TextCursor.string(text)
            return
        }
        guard let name = row.label.isEmpty ? label : row.label else { return }
        try results.add(ResultIdentity(name: name, metric: "throughput")) {
            () throws(ValueFault) in
            var record = try ResultRecord(.perSecond, .mean, row.rate)
            record.stats["stddev"] = CanonicalUnit.perSecond.figure(row.rate * row.share)
            return record
        }
    }

    /// `concat    184.853k (± 3.7%) i/s -     68.132k in   0.369090s`
    private struct Row {
        let label: String
        let rate: Double
        let share: Double

        init?(_ line: TextLine) {
            var cursor = line.cursor
            guard let head = cursor.upTo("(±"), let share = cursor.upTo("%)"),
                let percent = DecimalNumber.read(TextCursor.trimmed(share))
            else { return nil }
            cursor.skipSpace()
            guard cursor.take("i/s") else { return nil }
            let words = TextCursor.trimmed(head)
            let last = words.lastIndex(where: TextCursor.isSpace)
            let number = last.map { words[($0 + 1)...] } ?? words
            guard let rate = Self.rate(number) else { return nil }
            label = TextCursor.string(TextCursor.trimmed(words[..<number.startIndex]))
            self.rate = rate
            self.share = percent / 100
        }

        private static func rate(_ text: ArraySlice<UInt8>) -> Double? {
            let scales: [UInt8: Double] = [
                UInt8(ascii: "k"): 1e3, UInt8(ascii: "M"): 1e6, UInt8(ascii: "B"): 1e9,
                UInt8(ascii: "T"): 1e12, UInt8(ascii: "Q"): 1e15,
            ]
            guard let last = text.last, let scale = scales[last] else {
                return DecimalNumber.read(text)
            }
            return DecimalNumber.read(text.dropLast()).map { $0 * scale }
        }
    }
}
