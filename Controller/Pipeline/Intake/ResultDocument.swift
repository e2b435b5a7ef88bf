import BenchmarkFormats

/// What somebody sent as the output of a benchmark tool, and what reading it gave.
package struct ResultDocument: Sendable {
    package let format: String
    package let bytes: [UInt8]

    /// `format`: an id of the format catalogue, or `auto`.
    package init(format: String, bytes: [UInt8]) {
        self.format = format
        self.bytes = bytes
    }

    package static func isKnown(format: String) -> Bool {
        format == BenchmarkParser.automatic || FormatCatalogue.entry(format) != nil
    }

    func read() -> ParseReport { BenchmarkParser.parse(format: format, bytes: bytes) }
}

/// How reading a document went, for whoever sent it.
package struct ReadingReport: Sendable {
    /// Nil where none was recognised.
    package let format: String?
    /// `ok`, `partial` or `failed`.
    package let status: String
    package let problems: [Problem]
    package let warnings: [String]

    package struct Problem: Sendable {
        /// An error class of the formats.
        package let problemClass: String
        package let benchmark: String?
        package let metric: String?
        package let message: String
        package let line: Int?
    }

    init(_ report: ParseReport, refused: [Problem] = []) {
        format = report.format
        let isEmpty = report.results.isEmpty
        let isClean = report.errors.isEmpty && refused.isEmpty
        status = isClean ? "ok" : isEmpty ? "failed" : "partial"
        problems = report.errors.map { Problem($0) } + refused
        warnings = report.warnings.map(\.message)
    }
}

extension ReadingReport.Problem {
    init(_ problem: ParseProblem) {
        self.init(
            problemClass: problem.problemClass.rawValue, benchmark: problem.name,
            metric: problem.metric, message: problem.message, line: problem.position?.line)
    }
}
