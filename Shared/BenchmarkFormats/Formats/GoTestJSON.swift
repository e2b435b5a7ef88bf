/// `go test -json -bench`: the text of `go test -bench` in events, often two for one line.
struct GoTestJSON: RecordFormat {
    static let id = "go-test-json"
    static let title = "go test -json"
    static let keeps = "What go-bench-text keeps"

    /// The output of one package; those of several may be mixed.
    private struct Output {
        var reader: GoBenchText
        var line: [UInt8] = []
    }

    private let lineBytes: Int
    /// Those of other packages than the one at hand.
    private var outputs: [String: Output] = [:]
    private var package = ""
    private var current = Output(reader: GoBenchText(package: nil))

    init(_ options: ParseOptions) { lineBytes = options.limits.lineBytes }

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstLine(with: "Action", "Package").map { _ in "Action and Package" }
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard record["Action"]?.isText("output") == true, let text = record["Output"]?.string
        else { return }
        turn(to: record["Package"]?.string ?? "")
        var rest = TextCursor(text)
        while let end = rest.upTo("\n") {
            current.line += end.prefix(max(0, lineBytes - current.line.count))
            try current.reader.read(TextLine(current.line, isEnded: true), into: &results)
            current.line.removeAll(keepingCapacity: true)
        }
        current.line += rest.rest.prefix(max(0, lineBytes - current.line.count))
    }

    /// Events of one package mostly follow each other.
    private mutating func turn(to package: String) {
        guard package != self.package else { return }
        outputs[self.package] = current
        self.package = package
        current =
            outputs.removeValue(forKey: package)
            ?? Output(reader: GoBenchText(package: package.isEmpty ? nil : package))
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        outputs[package] = current
        for (_, output) in outputs.sorted(by: { $0.key < $1.key }) where !output.line.isEmpty {
            var reader = output.reader
            try reader.read(TextLine(output.line, isEnded: false), into: &results)
        }
    }
}
