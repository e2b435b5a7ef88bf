/// The native format as a stream: a header, then one record a line.
struct FleetmarkNDJSON: RecordFormat {
    static let id = "fleetmark-ndjson"
    static let title = "Fleetmark results, one a line"
    static let keeps = "Everything"
    static let hasTextBetween = false

    private var hasHeader = false

    init(_ options: ParseOptions) {}

    static func detect(_ evidence: FormatEvidence) -> String? {
        switch evidence {
        case .lines(let first, _) where NativeRecord.isOwn(first): "schema on the first line"
        case .object(let root) where NativeRecord.isOwn(root): "a header line"
        default: nil
        }
    }

    mutating func read(
        _ record: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard hasHeader else {
            guard NativeRecord.isOwn(record) else {
                throw ParseRefusal(.schemaMismatch, "the first line is not a header")
            }
            try NativeRecord.checkVersion(record)
            hasHeader = true
            return
        }
        guard let type = record["type"]?.string else {
            return results.fail(.entryInvalid, message: "a line has no type")
        }
        switch type {
        case "result": try NativeRecord.read(record, into: &results)
        case "sample": try NativeRecord.readSample(record, into: &results)
        case "error": NativeRecord.readError(record, into: &results)
        // Later versions can add types.
        default: return
        }
    }
}
