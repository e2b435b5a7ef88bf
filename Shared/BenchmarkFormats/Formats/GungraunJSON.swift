/// Gungraun (once iai-callgrind) `--output-format json` and `pretty-json`: objects between lines
/// of a console.
enum GungraunJSON: DocumentFormat {
    static let id = "gungraun-json"
    static let title = "Gungraun, iai-callgrind"
    static let keeps = "Every event that Callgrind, Cachegrind, DHAT and the error tools counted"

    static func detect(_ evidence: FormatEvidence) -> String? {
        if evidence.object(with: "profiles") != nil { return "profiles" }
        return evidence.holds(.modulePath) ? "module_path" : nil
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let bytes = input.text.bytes
        var place = input.text.start
        while place < bytes.count {
            let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let ink = bytes[place..<end].firstIndex { !TextCursor.isSpace($0) }
            guard let ink, bytes[ink] == UInt8(ascii: "{") else {
                place = end + 1
                continue
            }
            let close = closing(bytes, from: ink)
            try read(input, ink..<(close ?? bytes.count), into: &results)
            place = close ?? bytes.count
        }
    }

    /// Behind the bracket that closes the object at `start`; nil if none does.
    private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for place in start..<bytes.count {
            let byte = bytes[place]
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return place + 1 }
            default: continue
            }
        }
        return nil
    }

    /// One object; other programs' objects are passed over.
    private static func read(
        _ input: FormatInput, _ range: Range<Int>, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let root: JSONValue
        do throws(SyntaxFailure) {
            root = try input.document(in: range).root
        } catch {
            return results.fail(
                error.problemClass, message: error.reason,
                at: input.text.position(of: error.offset))
        }
        guard let profiles = root["profiles"] else { return }
        guard let path = root["module_path"]?.string, !path.isEmpty, profiles.isArray else {
            return results.fail(.entryInvalid, message: "a summary has no module_path")
        }
        let name = root["id"]?.string.map { "\(path)::\($0)" } ?? path
        for profile in profiles.elements { try read(profile, name, into: &results) }
    }

    private static func read(
        _ profile: JSONValue, _ name: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let tool = Slug.of(profile["tool"]?.string ?? "")
        let prefix = tool == "callgrind" ? "" : tool + "_"
        let summaries = profile["summaries"]?["total"]?["summary"]?.members ?? []
        for (_, events) in summaries {
            for (event, figures) in events.members {
                guard let value = value(figures["metrics"]) else {
                    results.ignore("events that only an earlier run has")
                    continue
                }
                let (plain, unit, better) = measure(event)
                try results.add(ResultIdentity(name: name, metric: prefix + plain)) {
                    () throws(ValueFault) in
                    var record = ResultRecord(unit, better: better)
                    record.samples = [try unit.value(value)]
                    return record
                }
            }
        }
    }

    /// The new figure; nil if there is only one of an earlier run.
    private static func value(_ metrics: JSONValue?) -> JSONValue? {
        var elements = metrics?["Both"]?.elements ?? .none
        guard let new = metrics?["Left"] ?? elements.next() else { return nil }
        return new["Int"] ?? new["Float"] ?? new
    }

    private static func measure(
        _ event: String
    ) -> (metric: String, unit: CanonicalUnit, better: BenchmarkResult.Better) {
        switch event {
        case "Ir": return ("instructions", .count, .lower)
        case "EstimatedCycles": return ("estimated_cycles", .count, .lower)
        case "L1hits": return ("l1_hits", .count, .none)
        case "LLhits": return ("ll_hits", .count, .none)
        case "RamHits": return ("ram_hits", .count, .lower)
        case "TotalRW": return ("total_read_write", .count, .lower)
        default: break
        }
        let slug = Slug.of(event)
        if event.hasSuffix("HitRate") { return (slug, .percent, .higher) }
        if event.hasSuffix("Rate") { return (slug, .percent, .lower) }
        return (slug, event.hasSuffix("Bytes") ? .bytes : .count, .lower)
    }
}
