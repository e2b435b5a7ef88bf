/// Ruby's own `Benchmark.bm` and `bmbm`.
struct RubyBenchmarkText: LineFormat {
    static let id = "ruby-benchmark-text"
    static let title = "Ruby Benchmark"
    static let keeps = "Real, user and system time; rehearsals and totals are passed over"

    private var isRehearsal = false

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        line.bytes.split(whereSeparator: TextCursor.isSpace).map(TextCursor.string)
            .suffix(4) == ["user", "system", "total", "real"]
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if line.starts(with: "Rehearsal ") { isRehearsal = true }
        if Self.isSign(line) { isRehearsal = false }
        if line.starts(with: "---") { isRehearsal = false }
        guard !isRehearsal, let row = Row(line), !row.label.hasPrefix(">") else { return }
        guard !row.label.isEmpty else {
            return results.fail(
                .entryInvalid, message: "a row has no label", at: line.position)
        }
        for (metric, seconds) in row.times {
            try results.add(ResultIdentity(name: row.label, metric: metric)) {
                () throws(ValueFault) in try ResultRecord(.seconds, sample: seconds)
            }
        }
    }

    /// `upto:      0.007321   0.000000   0.007321 (  0.023327)`
    private struct Row {
        let label: String
        let times: [(metric: String, seconds: Double)]

        init?(_ line: TextLine) {
            var cursor = line.cursor
            guard let head = cursor.upToLast("("), let real = cursor.upTo(")"),
                let elapsed = DecimalNumber.read(TextCursor.trimmed(real))
            else { return nil }
            let words = head.split(whereSeparator: TextCursor.isSpace)
            let figures = words.suffix(3).compactMap { DecimalNumber.read($0) }
            guard figures.count == 3, let first = words.suffix(3).first else { return nil }
            var label = TextCursor.trimmed(head[..<first.startIndex])
            if label.last == UInt8(ascii: ":") { label.removeLast() }
            self.label = TextCursor.string(label)
            times = [("time", elapsed), ("user_time", figures[0]), ("system_time", figures[1])]
        }
    }
}
