import Markup

/// PHPBench `--dump-file`.
enum PhpbenchXML: DocumentFormat {
    static let id = "phpbench-xml"
    static let title = "PHPBench"
    static let keeps = "Mean and every iteration's time a revolution, peak memory, parameters"

    static func detect(_ evidence: FormatEvidence) -> String? {
        guard case .element("phpbench") = evidence else { return nil }
        return "<phpbench>"
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for suite in try input.element("phpbench").children where suite.isNamed("suite") {
            for benchmark in suite.children where benchmark.isNamed("benchmark") {
                for subject in benchmark.children where subject.isNamed("subject") {
                    try read(subject, of: benchmark, into: &results)
                }
            }
        }
    }

    private static func read(
        _ subject: XMLElement, of benchmark: XMLElement, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        guard let type = benchmark["class"], let method = subject["name"] else {
            return results.fail(.entryInvalid, message: "a subject has no class or name")
        }
        let name = (type.hasPrefix("\\") ? String(type.dropFirst()) : type) + "::" + method
        for variant in subject.children where variant.isNamed("variant") {
            if let errors = variant.child("errors") {
                results.fail(
                    .benchmarkFailed, name: name,
                    message: errors.child("error")?.text ?? "the benchmark failed")
            } else {
                try read(variant, name, into: &results)
            }
        }
    }

    private static func read(
        _ variant: XMLElement, _ name: String, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        let params = parameters(variant)
        let iterations = variant.children.filter { $0.isNamed("iteration") }
        try results.add(ResultIdentity(name: name, params: params, metric: "time")) {
            () throws(ValueFault) in
            let unit = CanonicalUnit.microseconds
            var record = ResultRecord(unit)
            for iteration in iterations { record.samples.append(try unit.value(time(iteration))) }
            if let mean = variant.child("stats")?["mean"] {
                record.headline = (try unit.value(DecimalNumber.read(text: mean)), .mean)
            }
            guard record.headline != nil || !record.samples.isEmpty else { throw .invalid }
            return record
        }
        let peaks = iterations.compactMap { $0["mem-peak"] }
        guard !peaks.isEmpty else { return }
        try results.add(ResultIdentity(name: name, params: params, metric: "peak_memory")) {
            () throws(ValueFault) in
            var record = ResultRecord(.bytes)
            for peak in peaks {
                record.samples.append(
                    try CanonicalUnit.bytes.value(DecimalNumber.read(text: peak)))
            }
            return record
        }
    }

    /// Of one revolution.
    private static func time(_ iteration: XMLElement) -> Double? {
        if let average = iteration["time-avg"] { return DecimalNumber.read(text: average) }
        guard let net = iteration["time-net"].flatMap(DecimalNumber.read(text:)),
            let revolutions = iteration["time-revs"].flatMap(DecimalNumber.read(text:))
        else { return nil }
        return net / revolutions
    }

    private static func parameters(_ variant: XMLElement) -> [String: String] {
        var params: [String: String] = [:]
        for set in variant.children where set.isNamed("parameter-set") {
            for parameter in set.children where parameter.isNamed("parameter") {
                guard let name = parameter["name"] else { continue }
                params[name] = parameter["xsi:nil"] == "true" ? "null" : parameter["value"] ?? ""
            }
        }
        return params
    }
}
