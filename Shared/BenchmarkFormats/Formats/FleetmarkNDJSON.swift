/// The native format as a stream: a header, then one record a line.
enum FleetmarkNDJSON: BenchmarkFormat {
    static let id = "fleetmark-ndjson"
    static let title = "Fleetmark results, one a line"
    static let keeps = "Everything"

    static func detect(_ evidence: FormatEvidence) -> String? {
        switch evidence {
        case .lines(let first) where NativeRecord.isOwn(first): "schema on the first line"
        case .object(let root) where NativeRecord.isOwn(root): "a header line"
        default: nil
        }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        var start = input.text.start
        var hasHeader = false
        while let ink = input.text.firstInk(from: start) {
            let end = input.text.lineEnd(from: ink)
            start = end
            guard let line = line(ink..<end, of: input, &results) else { continue }
            if hasHeader {
                try read(line, into: &results)
            } else {
                try readHeader(line)
                hasHeader = true
            }
        }
    }

    private static func readHeader(_ line: JSONValue) throws(ParseRefusal) {
        guard NativeRecord.isOwn(line) else {
            throw ParseRefusal(.schemaMismatch, "the first line is not a header")
        }
        try NativeRecord.checkVersion(line)
    }

    /// One line; a broken one is listed and passed over.
    private static func line(
        _ range: Range<Int>, of input: FormatInput, _ results: inout ResultCollector
    ) -> JSONValue? {
        do throws(JSONFailure) {
            return try input.document(in: range).root
        } catch {
            // A line that a line feed ends was written whole: it is broken, not cut.
            let isLast = range.upperBound == input.text.bytes.count
            let isBroken = error.problemClass == .truncated && !isLast
            results.fail(
                isBroken ? .malformed : error.problemClass, message: error.reason,
                at: input.text.position(of: error.offset))
            return nil
        }
    }

    private static func read(
        _ line: JSONValue, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let type = line["type"]?.string else {
            return results.fail(.entryInvalid, message: "a line has no type")
        }
        switch type {
        case "result": try NativeRecord.read(line, into: &results)
        case "sample": try NativeRecord.readSample(line, into: &results)
        case "error": NativeRecord.readError(line, into: &results)
        // Later versions can add types.
        default: return
        }
    }
}
