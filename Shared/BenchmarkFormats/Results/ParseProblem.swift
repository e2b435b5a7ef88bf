/// What can be wrong with a file, an entry or a value; the raw value is its name in reports.
package enum ProblemClass: String, Sendable, CaseIterable {
    case emptyInput = "empty_input"
    case unknownFormat = "unknown_format"
    case invalidEncoding = "invalid_encoding"
    case malformed
    case truncated
    case schemaMismatch = "schema_mismatch"
    case unsupportedVersion = "unsupported_version"
    case limitExceeded = "limit_exceeded"
    case noResults = "no_results"
    case entryInvalid = "entry_invalid"
    case valueInvalid = "value_invalid"
    case valueNotFinite = "value_not_finite"
    case metricUnsupported = "metric_unsupported"
    case benchmarkFailed = "benchmark_failed"
    case benchmarkSkipped = "benchmark_skipped"
    case nonzeroExit = "nonzero_exit"
    case duplicateResult = "duplicate_result"

    /// Whether a tool, and not the reader, can say so.
    var isToolReported: Bool {
        switch self {
        case .metricUnsupported, .benchmarkFailed, .benchmarkSkipped, .nonzeroExit: true
        default: false
        }
    }
}

/// One error of a report.
package struct ParseProblem: Sendable, Equatable {
    package let problemClass: ProblemClass
    /// The benchmark; nil for a problem of the file, a line or a nameless entry.
    package let name: String?
    package let metric: String?
    /// For people; holds no text of the file but what a tool itself reported.
    package let message: String
    package let position: TextPosition?

    package init(
        _ problemClass: ProblemClass, name: String? = nil, metric: String? = nil, message: String,
        position: TextPosition? = nil
    ) {
        self.problemClass = problemClass
        self.name = name
        self.metric = metric
        self.message = message
        self.position = position
    }
}

/// Something worth knowing that takes no result away.
package struct ParseWarning: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case debugBuild = "debug_build"
        /// A counter did not run all of the time; its value is an estimate.
        case scaledCounter = "scaled_counter"
    }

    package let kind: Kind
    package let message: String

    package init(_ kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }
}

/// The whole file is refused.
struct ParseRefusal: Error {
    let problem: ParseProblem

    init(_ problemClass: ProblemClass, _ message: String, at position: TextPosition? = nil) {
        problem = ParseProblem(problemClass, message: message, position: position)
    }

    init(_ failure: SyntaxFailure, in text: DecodedText) {
        self.init(
            failure.problemClass, failure.reason, at: text.position(of: failure.offset))
    }
}
