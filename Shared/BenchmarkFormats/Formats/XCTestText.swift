/// XCTest's `measure`, on Linux and on Darwin.
struct XCTestText: LineFormat {
    static let id = "xctest-text"
    static let title = "XCTest"
    static let keeps = "Every measured value and their mean"

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool {
        var cursor = line.cursor
        return cursor.upTo("Test Case '") != nil && cursor.contains("' measured [")
    }

    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var cursor = line.cursor
        guard cursor.upTo("Test Case '") != nil, let quoted = cursor.upTo("'") else { return }
        let name = Self.name(quoted)
        if cursor.take(" failed (") {
            return results.fail(
                .benchmarkFailed, name: name, message: "the test failed", at: line.position)
        }
        guard cursor.take(" measured ["), let heading = cursor.upTo("]"), line.isEnded else {
            return
        }
        var label = TextCursor(heading)
        let metricText = label.upTo(",") ?? heading
        let metric = Slug.of(TextCursor.string(metricText))
        let unit = Units.canonical(TextCursor.string(TextCursor.trimmed(label.rest)))
        guard !metric.isEmpty, cursor.upTo("values: [") != nil, let list = cursor.upTo("]") else {
            return results.fail(
                .entryInvalid, name: name, message: "a measurement has no values",
                at: line.position)
        }
        try results.add(ResultIdentity(name: name, metric: metric)) { () throws(ValueFault) in
            var record = ResultRecord(unit)
            for text in list.split(separator: UInt8(ascii: ",")) {
                let value = DecimalNumber.read(TextCursor.trimmed(text))
                record.samples.append(try unit.value(value))
            }
            guard !record.samples.isEmpty else { throw .invalid }
            // The printed average has three decimals only.
            let count = Double(record.samples.count)
            record.headline = (record.samples.reduce(0) { $0 + $1 / count }, .mean)
            return record
        }
    }

    /// `C.m`, also of `-[Mod.C m]`.
    private static func name(_ quoted: ArraySlice<UInt8>) -> String {
        var cursor = TextCursor(quoted)
        guard cursor.take("-["), cursor.rest.last == UInt8(ascii: "]") else {
            return TextCursor.string(quoted)
        }
        return TextCursor.string(cursor.rest.dropLast()).split(separator: " ")
            .joined(separator: ".")
    }
}
