/// wrk.
struct WrkText: LineFormat {
    static let id = "wrk-text"
    static let isSingle = true
    static let title = "wrk"
    static let keeps = "Mean latency with its percentiles, requests and bytes a second, errors"

    private var name: String?
    private var latency: [String: Double] = [:]
    private var errors: Double?

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        line.starts(with: "Running ") && line.cursor.contains(" test @ ")
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var cursor = line.cursor
        cursor.skipSpace()
        if Self.isSign(line), cursor.upTo(" test @ ") != nil {
            name = TextCursor.string(TextCursor.trimmed(cursor.rest))
            (latency, errors) = ([:], nil)
        } else if cursor.take("unable to connect to ") {
            results.fail(
                .benchmarkFailed, name: name ?? TextCursor.string(cursor.word()),
                message: "unable to connect", at: line.position)
        } else if cursor.take("Latency "), !cursor.contains("Distribution") {
            let fields = cursor.rest.split(whereSeparator: TextCursor.isSpace)
            for (figure, text) in zip(["mean", "stddev", "max"], fields) {
                latency[figure] = Self.seconds(text)
            }
        } else if cursor.take("Non-2xx or 3xx responses: ") {
            errors = DecimalNumber.read(TextCursor.trimmed(cursor.rest))
        } else if cursor.take("Requests/sec:") {
            cursor.skipSpace()
            try addRate(cursor.word(), into: &results)
        } else if cursor.take("Transfer/sec:") {
            cursor.skipSpace()
            try addTransfer(cursor.word(), into: &results)
        } else if let percent = cursor.upTo("%") {
            cursor.skipSpace()
            guard let figure = ReportedFigure.percentile(TextCursor.string(percent)) else { return }
            latency[figure] = Self.seconds(cursor.word())
        }
    }

    /// All about latency stands before this line.
    private func addRate(
        _ text: ArraySlice<UInt8>, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let name else { return }
        try results.add(ResultIdentity(name: name, metric: "latency")) { () throws(ValueFault) in
            var record = try ResultRecord(.seconds, .mean, latency["mean"])
            record.stats = latency.filter { $0.key != "mean" && $0.value.isFinite }
            return record
        }
        try results.add(ResultIdentity(name: name, metric: "throughput")) {
            () throws(ValueFault) in try ResultRecord(.perSecond, .mean, DecimalNumber.read(text))
        }
    }

    private func addTransfer(
        _ text: ArraySlice<UInt8>, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let name else { return }
        try results.add(ResultIdentity(name: name, metric: "bytes_per_second")) {
            () throws(ValueFault) in
            let sizes = ["B": 1.0, "KB": 1024, "MB": 1_048_576, "GB": 1_073_741_824]
            let (number, suffix) = Self.parts(text)
            guard let number, let size = sizes[suffix] else { throw .invalid }
            return try ResultRecord(
                .bytesPerSecond, better: BenchmarkResult.Better.none, .mean, number * size)
        }
        guard let errors else { return }
        try results.add(ResultIdentity(name: name, metric: "error_responses")) {
            () throws(ValueFault) in try ResultRecord(.count, .single, errors)
        }
    }

    private static func parts(_ text: ArraySlice<UInt8>) -> (number: Double?, suffix: String) {
        let number = text.prefix { TextCursor.isDigit($0) || $0 == UInt8(ascii: ".") }
        return (DecimalNumber.read(number), TextCursor.string(text[number.endIndex...]))
    }

    /// `4.06ms`
    private static func seconds(_ text: ArraySlice<UInt8>) -> Double? {
        let (number, suffix) = parts(text)
        guard let unit = Units.known(suffix), unit.name == "s" else { return nil }
        return unit.figure(number)
    }
}
