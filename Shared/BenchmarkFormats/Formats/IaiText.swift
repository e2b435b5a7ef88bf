/// iai, and what Gungraun prints.
struct IaiText: LineFormat {
    static let id = "iai-text"
    static let title = "iai, Gungraun's console"
    static let keeps = "Every event's count"

    private var name: String?

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        guard let (label, _) = event(line) else { return false }
        return label == "Instructions"
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if let (label, text) = Self.event(line) {
            let metric = Slug.of(label)
            guard let name, !metric.isEmpty else { return }
            let isHit = ["l1_", "l2_", "ll_"].contains { metric.hasPrefix($0) }
            try results.add(ResultIdentity(name: name, metric: metric)) {
                () throws(ValueFault) in
                try ResultRecord(
                    .count, better: isHit ? BenchmarkResult.Better.none : .lower,
                    sample: DecimalNumber.read(text))
            }
        } else if let first = line.bytes.first, !TextCursor.isSpace(first) {
            let isName = !line.bytes.contains(where: TextCursor.isSpace)
            let text = TextCursor.trimmed(line.bytes)
            name = isName || line.cursor.contains("::") ? TextCursor.string(text) : nil
        }
    }

    /// `  Label:  N (+x%)` or `  Label:  N|OLD (…)`
    private static func event(_ line: TextLine) -> (label: String, value: ArraySlice<UInt8>)? {
        var cursor = line.cursor
        guard cursor.skipSpace() == 2, let label = cursor.upTo(":"), !label.isEmpty,
            cursor.skipSpace() > 0
        else { return nil }
        let value = cursor.prefix { !TextCursor.isSpace($0) && $0 != UInt8(ascii: "|") }
        guard let first = value.first, TextCursor.isDigit(first), line.isEnded else { return nil }
        return (TextCursor.string(label), value)
    }
}
