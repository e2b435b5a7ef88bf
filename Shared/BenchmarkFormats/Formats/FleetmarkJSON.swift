/// The native format as one document.
enum FleetmarkJSON: DocumentFormat {
    static let id = "fleetmark-json"
    static let title = "Fleetmark results"
    static let keeps = "Everything"

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard case .object(let root) = evidence, NativeRecord.isOwn(root) else { return nil }
        // The header line of a stream that has nothing else.
        guard root["type"]?.string != "header" else { return nil }
        return "schema"
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let root = try input.object()
        try NativeRecord.checkVersion(root)
        let list = root["results"]
        let failures = root["errors"]
        guard list != nil || failures != nil, list?.isArray ?? true, failures?.isArray ?? true
        else {
            throw ParseRefusal(.schemaMismatch, "results or errors is not an array")
        }
        if let list {
            for entry in list.elements { try NativeRecord.read(entry, into: &results) }
        }
        if let failures {
            for entry in failures.elements { NativeRecord.readError(entry, into: &results) }
        }
    }
}
