/// GNU `time -v`.
struct GNUTimeText: LineFormat {
    static let id = "gnu-time-text"
    static let isSingle = true
    static let title = "GNU time -v"
    static let keeps = "Elapsed, user and system time, peak memory, page faults, switches"

    private var name: String?
    private var failure: String?
    private var figures: [(metric: String, unit: CanonicalUnit, value: Double?)] = []

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        line.cursor.contains("Command being timed:")
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var cursor = line.cursor
        cursor.skipSpace()
        if cursor.take("Command exited with non-zero status")
            || cursor.take("Command terminated by signal")
        {
            failure = TextCursor.string(TextCursor.trimmed(line.bytes))
        } else if cursor.take("Command being timed: ") {
            let text = TextCursor.trimmed(cursor.rest)
            let isQuoted =
                text.count > 1 && text.first == UInt8(ascii: "\"")
                && text.last == UInt8(ascii: "\"")
            name = TextCursor.string(isQuoted ? text.dropFirst().dropLast() : text)
            figures = []
        } else if cursor.take("Exit status: ") {
            try end(status: cursor.text, into: &results)
        } else if name != nil, let label = cursor.upToLast(": ") {
            let label = TextCursor.string(label)
            guard let (metric, unit) = Self.metrics[label] else { return }
            let isClock = label.hasPrefix("Elapsed")
            let text = TextCursor.trimmed(cursor.rest)
            let figure = (metric, unit, isClock ? Self.seconds(text) : DecimalNumber.read(text))
            // The headline first, wherever the report has it.
            figures.insert(figure, at: isClock ? 0 : figures.count)
        }
    }

    /// One report is whole with its last line.
    private mutating func end(
        status: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        defer { (name, failure, figures) = (nil, nil, []) }
        guard let name else { return }
        if failure != nil || TextCursor.string(TextCursor.trimmed(TextCursor(status).rest)) != "0" {
            return results.fail(
                .benchmarkFailed, name: name, message: failure ?? "the command failed")
        }
        for (metric, unit, value) in figures {
            try results.add(ResultIdentity(name: name, metric: metric)) { () throws(ValueFault) in
                try ResultRecord(unit, sample: value)
            }
        }
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        guard let name else { return }
        results.fail(.truncated, name: name, message: "the report ends before the exit status")
    }

    /// `h:mm:ss` or `m:ss.cc`
    private static func seconds(_ text: ArraySlice<UInt8>) -> Double? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var seconds = 0.0
        for part in parts {
            guard let value = DecimalNumber.read(part), value >= 0 else { return nil }
            seconds = seconds * 60 + value
        }
        return seconds
    }

    private static let metrics: [String: (String, CanonicalUnit)] = [
        "Elapsed (wall clock) time (h:mm:ss or m:ss)": ("time", .seconds),
        "User time (seconds)": ("user_time", .seconds),
        "System time (seconds)": ("system_time", .seconds),
        "Maximum resident set size (kbytes)": (
            "peak_memory", CanonicalUnit(name: "B", factor: 1024)
        ),
        "Major (requiring I/O) page faults": ("major_page_faults", .count),
        "Minor (reclaiming a frame) page faults": ("minor_page_faults", .count),
        "Voluntary context switches": ("voluntary_context_switches", .count),
        "Involuntary context switches": ("involuntary_context_switches", .count),
    ]
}
