/// Dart's benchmark_harness.
struct DartBenchmarkText: LineFormat {
    static let id = "dart-benchmark-harness-text"
    static let title = "Dart benchmark_harness"
    static let keeps = "Run time"

    init(_ options: ParseOptions) {}

    static func isSign(_ line: TextLine) -> Bool { line.cursor.contains("(RunTime): ") }

    /// `Template(RunTime): 0.1568 us.`
    mutating func read(
        _ line: TextLine, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var cursor = line.cursor
        guard let name = cursor.upToLast("(RunTime): "), !name.isEmpty else { return }
        let number = cursor.word()
        cursor.skipSpace()
        var word = cursor.word()
        if word.last == UInt8(ascii: ".") { word.removeLast() }
        guard let unit = Units.known(TextCursor.string(word)), unit.name == "s" else { return }
        let identity = ResultIdentity(
            name: TextCursor.string(TextCursor.trimmed(name)), metric: "time")
        try results.add(identity) { () throws(ValueFault) in
            try ResultRecord(unit, sample: DecimalNumber.read(number))
        }
    }
}
