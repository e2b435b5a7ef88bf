import BenchmarkFormats
import FleetModel

/// What the tool of one visit reported, over all of its files.
struct ToolResults {
    struct Problem: Equatable {
        /// `nil` for a problem of a whole file.
        let benchmark: String?
        let failure: CaseFailure
    }

    private(set) var results: [BenchmarkResult] = []
    private(set) var problems: [Problem] = []
    private(set) var warnings: [String] = []

    init(format: String, files: [ResultFolder.Found]) {
        for file in files {
            let report = BenchmarkParser.parse(format: format, bytes: file.bytes)
            results += report.results
            warnings += report.warnings.map { "\(file.path): \($0.message)" }
            problems += report.errors.map { Self.problem($0, in: file.path) }
        }
        removeDoubles()
    }

    private static func problem(_ problem: ParseProblem, in path: String) -> Problem {
        let place = problem.position.map { " (line \($0.line), column \($0.column))" } ?? ""
        let metric = problem.metric.map { " of \($0)" } ?? ""
        let isEmpty = problem.problemClass == .emptyInput
        return Problem(
            benchmark: problem.name,
            failure: CaseFailure(
                isEmpty ? FailureDetail.noOutput.rawValue : problem.problemClass.rawValue,
                "\(path)\(place)\(metric): \(problem.message)"))
    }

    /// One file refuses a second value of one identity by itself; two files need this.
    private mutating func removeDoubles() {
        var seen = Set<ResultIdentity>()
        var kept: [BenchmarkResult] = []
        for result in results {
            let identity = ResultIdentity(
                name: result.name, params: result.params, metric: result.metric)
            if seen.insert(identity).inserted {
                kept.append(result)
            } else {
                problems.append(
                    Problem(
                        benchmark: result.name,
                        failure: CaseFailure(
                            ProblemClass.duplicateResult.rawValue,
                            "\(result.metric) appears in two result files")))
            }
        }
        results = kept
    }
}
