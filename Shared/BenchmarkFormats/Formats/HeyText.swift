/// hey.
struct HeyText: LineFormat {
    static let id = "hey-text"
    static let isSingle = true
    static let title = "hey"
    static let keeps = "Mean latency with its percentiles, requests a second, errors"

    private enum Section { case other, statuses, errors }

    private var section = Section.other
    private var latency: [String: Double] = [:]
    private var rate: Double?
    private var good = 0.0
    private var bad = 0.0

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { line.starts(with: "Response time histogram:") }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if line.starts(with: "Summary:") {
            try flush(into: &results)
        } else if line.starts(with: "Status code distribution:") {
            section = .statuses
        } else if line.starts(with: "Error distribution:") {
            section = .errors
        } else if let first = line.bytes.first, !TextCursor.isSpace(first) {
            section = .other
        } else if section == .other {
            readFigure(line)
        } else {
            readCount(line)
        }
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        try flush(into: &results)
    }

    private mutating func readFigure(_ line: TextLine) {
        let fields = line.bytes.split(whereSeparator: TextCursor.isSpace)
        guard fields.count >= 2 else { return }
        let label = TextCursor.string(fields[0])
        let keys = ["Average:": "mean", "Slowest:": "max", "Fastest:": "min"]
        if let key = keys[label] {
            latency[key] = DecimalNumber.read(fields[1])
        } else if label == "Requests/sec:" {
            rate = DecimalNumber.read(fields[1])
        } else if label.hasSuffix("%"), fields.count >= 3,
            let figure = ReportedFigure.percentile(String(label.dropLast()))
        {
            latency[figure] = DecimalNumber.read(fields[2])
        }
    }

    /// `[200]\t200 responses`, and under errors `[3]\tthe error`.
    private mutating func readCount(_ line: TextLine) {
        var cursor = line.cursor
        cursor.skipSpace()
        guard cursor.take("["), let key = cursor.upTo("]").flatMap({ DecimalNumber.read($0) })
        else { return }
        guard section == .statuses else {
            bad += key
            return
        }
        cursor.skipSpace()
        guard let count = DecimalNumber.read(cursor.word()) else { return }
        if (200..<400).contains(key) { good += count } else { bad += count }
    }

    private mutating func flush(into results: inout ResultCollector) throws(ParseRefusal) {
        defer { self = HeyText(ParseOptions()) }
        guard let rate else { return }
        if good == 0, bad > 0 {
            return results.fail(.benchmarkFailed, name: "hey", message: "no request succeeded")
        }
        try results.add(ResultIdentity(name: "hey", metric: "latency")) { () throws(ValueFault) in
            var record = try ResultRecord(.seconds, .mean, latency["mean"])
            record.stats = latency.filter { $0.key != "mean" && $0.value.isFinite }
            return record
        }
        try results.add(ResultIdentity(name: "hey", metric: "throughput")) {
            () throws(ValueFault) in try ResultRecord(.perSecond, .mean, rate)
        }
        guard bad > 0 else { return }
        try results.add(ResultIdentity(name: "hey", metric: "error_responses")) {
            () throws(ValueFault) in try ResultRecord(.count, .single, bad)
        }
    }
}
