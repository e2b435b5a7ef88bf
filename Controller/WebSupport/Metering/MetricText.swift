/// Something that has figures to show.
package protocol MetricSource: Sendable {
    /// Adds its families.
    func write(to text: inout MetricText)
}

/// The text form that Prometheus reads.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4.
package struct MetricText: Sendable {
    package enum Kind: String, Sendable { case counter, gauge, summary }

    /// One figure of a family, with its labels in the order they are written.
    package struct Sample: Sendable, Hashable {
        package let suffix: String
        package let labels: [(name: String, value: String)]
        package let value: Double

        package init(
            _ value: Double, labels: [(name: String, value: String)] = [], suffix: String = ""
        ) {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }

        package static func == (first: Self, second: Self) -> Bool {
            first.suffix == second.suffix && first.value == second.value
                && first.labels.elementsEqual(second.labels) { $0 == $1 }
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(suffix)
            hasher.combine(value)
            for label in labels {
                hasher.combine(label.name)
                hasher.combine(label.value)
            }
        }
    }

    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// Adds a family; one without samples is left out.
    package mutating func add(
        _ name: String, _ kind: Kind, help: String, _ samples: [Sample]
    ) {
        guard !samples.isEmpty else { return }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name + sample.suffix + Self.labels(sample.labels)
            text += " \(Self.number(sample.value))\n"
        }
    }

    private static func labels(_ labels: [(name: String, value: String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    /// Whole numbers without a point, as counters are.
    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
