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
    private var outputs: [String: Output] = [:]

    init(_ options: ParseOptions) { lineBytes = options.limits.lineBytes }

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstLine(with: "Action", "Package").map { _ in "Action and Package" }
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard record["Action"]?.string == "output", let text = record["Output"]?.string else {
            return
        }
        let package = record["Package"]?.string ?? ""
        var output =
            outputs.removeValue(forKey: package)
            ?? Output(reader: GoBenchText(package: package.isEmpty ? nil : package))
        for byte in text.utf8 {
            guard byte == UInt8(ascii: "\n") else {
                if output.line.count < lineBytes { output.line.append(byte) }
                continue
            }
            try output.reader.read(TextLine(output.line, isEnded: true), into: &results)
            output.line.removeAll(keepingCapacity: true)
        }
        outputs[package] = output
    }

    mutating func finish(into results: inout ResultCollector) throws(ParseRefusal) {
        for (_, output) in outputs.sorted(by: { $0.key < $1.key }) where !output.line.isEmpty {
            var reader = output.reader
            try reader.read(TextLine(output.line, isEnded: false), into: &results)
        }
    }
}
