/// What came out of one file: `fleetmark.parse.v1`.
package struct ParseReport: Sendable, Equatable {
    package static let schema = "fleetmark.parse.v1"

    package enum Status: String, Sendable {
        /// No errors; results and errors; errors and no results.
        case ok, partial, failed
    }

    /// The format's id; nil if none was recognised or the whole file was refused.
    package let format: String?
    /// In file order.
    package let results: [BenchmarkResult]
    /// One for each class, name and metric, in the order met.
    package let errors: [ParseProblem]
    package let warnings: [ParseWarning]
    /// Why this format was taken; nil if the file was refused. Not part of the JSON form.
    package let detection: String?
    /// What was passed over, in the order met. Not part of the JSON form.
    package let ignored: [Ignored]

    /// Parts of a file that are no results, such as warm-up.
    package struct Ignored: Sendable, Equatable {
        package let what: String
        package let count: Int
    }

    package init(
        format: String?, results: [BenchmarkResult], errors: [ParseProblem],
        warnings: [ParseWarning] = [], detection: String? = nil, ignored: [Ignored] = []
    ) {
        self.format = format
        self.results = results
        self.errors = errors
        self.warnings = warnings
        self.detection = detection
        self.ignored = ignored
    }

    /// A file that gave nothing for one reason.
    package init(refused problem: ParseProblem) {
        self.init(format: nil, results: [], errors: [problem])
    }

    package var status: Status {
        guard !errors.isEmpty else { return .ok }
        return results.isEmpty ? .failed : .partial
    }
}

extension ParseReport {
    /// The report as one line of JSON in UTF-8; keys are always in the same order.
    package func json() -> [UInt8] {
        var text = JSONText()
        text.plain("{\"schema\":")
        text.string(Self.schema)
        text.plain(",\"format\":")
        if let format { text.string(format) } else { text.plain("null") }
        text.plain(",\"status\":")
        text.string(status.rawValue)
        text.plain(",\"results\":[")
        text.list(results) { $1.write(to: &$0) }
        text.plain("],\"errors\":[")
        text.list(errors) { $1.write(to: &$0) }
        text.plain("],\"warnings\":[")
        text.list(warnings) { $1.write(to: &$0) }
        text.plain("]}")
        return text.bytes
    }
}

extension BenchmarkResult {
    fileprivate func write(to text: inout JSONText) {
        text.plain("{\"name\":")
        text.string(name)
        text.plain(",\"params\":{")
        text.list(params.sorted { $0.key < $1.key }) { text, entry in
            text.string(entry.key)
            text.plain(":")
            text.string(entry.value)
        }
        text.plain("},\"metric\":")
        text.string(metric)
        text.plain(",\"unit\":")
        text.string(unit)
        text.plain(",\"direction\":")
        text.string(better.rawValue)
        text.plain(",\"value\":")
        text.number(value)
        text.plain(",\"statistic\":")
        text.string(statistic.rawValue)
        text.plain(",\"samples\":[")
        text.list(samples) { $0.number($1) }
        text.plain("]")
        writeGroups(to: &text)
        writeStats(to: &text)
        text.plain("}")
    }

    private func writeGroups(to text: inout JSONText) {
        guard !groups.isEmpty else { return }
        text.plain(",\"groups\":[")
        text.list(groups.numbers) { $0.integer($1) }
        text.plain("]")
    }

    private func writeStats(to text: inout JSONText) {
        guard !stats.isEmpty else { return }
        text.plain(",\"stats\":{")
        text.list(stats.sorted { $0.key < $1.key }) { text, entry in
            text.string(entry.key)
            text.plain(":")
            text.number(entry.value)
        }
        text.plain("}")
    }
}

extension ParseProblem {
    fileprivate func write(to text: inout JSONText) {
        text.plain("{\"class\":")
        text.string(problemClass.rawValue)
        if let name {
            text.plain(",\"name\":")
            text.string(name)
        }
        if let metric {
            text.plain(",\"metric\":")
            text.string(metric)
        }
        text.plain(",\"message\":")
        text.string(message)
        if let position {
            text.plain(",\"line\":")
            text.integer(position.line)
            text.plain(",\"column\":")
            text.integer(position.column)
            text.plain(",\"offset\":")
            text.integer(position.offset)
        }
        text.plain("}")
    }
}

extension ParseWarning {
    fileprivate func write(to text: inout JSONText) {
        text.plain("{\"class\":")
        text.string(kind.rawValue)
        text.plain(",\"message\":")
        text.string(message)
        text.plain("}")
    }
}
