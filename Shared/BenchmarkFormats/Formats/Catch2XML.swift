import Markup

/// Catch2 `--reporter xml`, of version 2 and 3.
enum Catch2XML: DocumentFormat {
    static let id = "catch2-xml"
    static let title = "Catch2"
    static let keeps = "Mean time with its interval and standard deviation"

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard case .element(let name) = evidence, roots.contains(name) else { return nil }
        return "<\(name)>"
    }

    private static let roots = ["Catch", "Catch2TestRun"]

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        try read(try input.element(roots[0], roots[1]), [], into: &results)
    }

    /// The depth is bounded by what the scanner allowed.
    private static func read(
        _ parent: XMLElement, _ path: [String], into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for child in parent.children {
            switch child.name {
            case "Group": try read(child, path, into: &results)
            case "TestCase", "Section":
                try read(child, path + [child["name"] ?? ""], into: &results)
            case "BenchmarkResults": try readResult(child, path, into: &results)
            default: continue
            }
        }
    }

    private static func readResult(
        _ element: XMLElement, _ path: [String], into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let own = element["name"], !own.isEmpty else {
            return results.fail(.entryInvalid, message: "a benchmark has no name")
        }
        let name = (path + [own]).joined(separator: " / ")
        if let failed = element.child("failed") {
            return results.fail(
                .benchmarkFailed, name: name, message: failed["message"] ?? "the benchmark failed")
        }
        guard let mean = element.child("mean"), let value = mean["value"] else {
            return results.fail(.entryInvalid, name: name, message: "the mean is missing")
        }
        let deviation = element.child("standardDeviation")
        try results.add(ResultIdentity(name: name, metric: "time")) { () throws(ValueFault) in
            let unit = CanonicalUnit.nanoseconds
            var record = try ResultRecord(unit, .mean, DecimalNumber.read(text: value))
            let figures = [
                ("ci_low", mean["lowerBound"]), ("ci_high", mean["upperBound"]),
                ("stddev", deviation?["value"]),
            ]
            for (key, text) in figures {
                record.stats[key] = unit.figure(text.flatMap(DecimalNumber.read(text:)))
            }
            return record
        }
    }
}
