/// github-action-benchmark `customSmallerIsBetter` and `customBiggerIsBetter`.
enum GHACustomJSON: DocumentFormat {
    static let id = "gha-custom-json"
    static let title = "github-action-benchmark, custom"
    static let keeps = "Every value; the direction is the unit's"

    static func detect(_ evidence: FormatEvidence) -> String? {
        evidence.firstElement(with: "name", "unit", "value").map { _ in "name, unit and value" }
    }

    static func read(
        _ input: FormatInput, into results: inout ResultCollector
    ) throws(ParseRefusal) {
        for entry in try input.array().elements {
            guard let name = entry["name"]?.string, !name.isEmpty, let value = entry["value"],
                let unit = entry["unit"]?.string
            else {
                results.fail(.entryInvalid, message: "an entry has no name, unit or value")
                continue
            }
            try results.add(ResultIdentity(name: name, metric: "value")) {
                () throws(ValueFault) in
                let number = value.string.flatMap { DecimalNumber.read(Array($0.utf8)[...]) }
                return try ResultRecord(
                    Units.canonical(unit), sample: number ?? value.double)
            }
        }
    }
}
