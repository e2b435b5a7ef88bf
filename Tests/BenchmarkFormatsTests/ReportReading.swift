@testable import BenchmarkFormats

/// Shorthands for tests that write their input in place.
extension ParseReport {
    init(_ text: String, format: String = "auto", limits: ParseLimits = ParseLimits()) {
        self = BenchmarkParser.parse(
            format: format, bytes: Array(text.utf8), options: ParseOptions(limits: limits))
    }

    /// One line for each error: class, name and metric.
    var problems: [String] {
        errors.map {
            ExpectedReport.Problem(
                problemClass: $0.problemClass.rawValue, name: $0.name, metric: $0.metric
            ).line
        }
    }
}
