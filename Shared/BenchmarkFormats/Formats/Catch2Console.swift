/// What Catch2 prints: a table with three lines for each benchmark.
struct Catch2Console: LineFormat {
    static let id = "catch2-console"
    static let title = "Catch2, its console"
    static let keeps = "Mean time with its interval and standard deviation, six digits"

    private enum Place {
        case outside, title, captions
        case rows
    }

    private struct Row {
        let name: String
        var mean: [Catch2Figure] = []
    }

    private var place = Place.outside
    /// Test case and sections.
    private var title: [String] = []
    /// Parts of a name that is longer than its column.
    private var words: [String] = []
    private var row: Row?

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        guard line.starts(with: "benchmark name") else { return false }
        return line.cursor.contains("samples") && line.cursor.contains("iterations")
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if Self.isSign(line) {
            place = .captions
        } else if line.starts(with: "----------") {
            passRule()
        } else if line.starts(with: "==========") || line.starts(with: "..........") {
            if place == .rows { place = .outside }
        } else if place == .title {
            title.append(TextCursor.string(TextCursor.trimmed(line.bytes)))
        } else if place == .rows, !line.isBlank {
            try readRow(line, into: &results)
        }
    }

    /// A rule stands before and behind a title, and under the captions.
    private mutating func passRule() {
        words = []
        row = nil
        switch place {
        case .captions: place = .rows
        case .title: place = .outside
        case .outside, .rows:
            place = .title
            title = []
        }
    }

    private mutating func readRow(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        if var open = row {
            guard let figures = Catch2Figure.three(line) else {
                row = nil
                words = []
                return
            }
            if open.mean.isEmpty {
                open.mean = figures
                row = open
            } else {
                row = nil
                try add(open, deviation: figures[0], into: &results)
            }
            return
        }
        var cursor = line.cursor
        if let name = cursor.upTo("Benchmark failed (") {
            results.fail(
                .benchmarkFailed, name: path(name), message: "the benchmark failed",
                at: line.position)
            words = []
        } else if let name = Catch2Figure.name(line) {
            row = Row(name: path(name))
            words = []
        } else {
            words.append(TextCursor.string(TextCursor.trimmed(line.bytes)))
        }
    }

    private func path(_ name: ArraySlice<UInt8>) -> String {
        let end = TextCursor.string(TextCursor.trimmed(name))
        let name = (words + (end.isEmpty ? [] : [end])).joined(separator: " ")
        return (title + [name]).joined(separator: " / ")
    }

    private func add(
        _ row: Row, deviation: Catch2Figure, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        try results.add(ResultIdentity(name: row.name, metric: "time")) {
            () throws(ValueFault) in
            let mean = row.mean[0]
            var record = try ResultRecord(mean.unit, .mean, mean.number)
            record.stats["ci_low"] = row.mean[1].unit.figure(row.mean[1].number)
            record.stats["ci_high"] = row.mean[2].unit.figure(row.mean[2].number)
            record.stats["stddev"] = deviation.unit.figure(deviation.number)
            return record
        }
    }
}

/// A time in the table, such as `1.10517 us`.
private struct Catch2Figure {
    let number: Double
    let unit: CanonicalUnit

    private init?(_ number: ArraySlice<UInt8>, _ unit: ArraySlice<UInt8>) {
        guard let number = DecimalNumber.read(number),
            let unit = Units.known(TextCursor.string(unit)), unit.name == "s"
        else { return nil }
        self.number = number
        self.unit = unit
    }

    /// A line of nothing but three times.
    static func three(_ line: TextLine) -> [Catch2Figure]? {
        let fields = line.bytes.split(whereSeparator: TextCursor.isSpace)
        guard fields.count == 6 else { return nil }
        let figures = (0..<3).compactMap { Catch2Figure(fields[$0 * 2], fields[$0 * 2 + 1]) }
        return figures.count == 3 ? figures : nil
    }

    /// What stands before samples, iterations and the estimate; nil if those are not there.
    static func name(_ line: TextLine) -> ArraySlice<UInt8>? {
        let fields = line.bytes.split(whereSeparator: TextCursor.isSpace)
        guard fields.count >= 4 else { return nil }
        let end = Array(fields.suffix(4))
        guard end[0].allSatisfy(TextCursor.isDigit), end[1].allSatisfy(TextCursor.isDigit),
            Catch2Figure(end[2], end[3]) != nil
        else { return nil }
        return line.bytes[..<end[0].startIndex]
    }
}
