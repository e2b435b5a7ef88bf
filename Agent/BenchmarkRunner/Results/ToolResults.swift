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

    /// - Parameters:
    ///   - format: an id of the catalogue, `auto` or `rules`.
    ///   - files: what the tool left; of a format of folders all are one input.
    ///   - options: what the suite says about them.
    init(format: String, files: [ResultFolder.Found], options: ParseOptions) {
        let entry = FormatCatalogue.entry(format)
        if let entry, entry.isFolder {
            let inputs = files.map { ResultFile(path: $0.path, bytes: $0.bytes) }
            take(BenchmarkParser.parse(format: format, folder: inputs, options: options), "results")
            return
        }
        let companions = files.filter { entry?.isCompanion($0.path) == true }
        var options = options
        options.beside = companions.map { ResultFile(path: $0.path, bytes: $0.bytes) }
        for file in files where entry?.isCompanion(file.path) != true {
            take(
                BenchmarkParser.parse(format: format, bytes: file.bytes, options: options),
                file.path)
        }
        removeDoubles()
    }

    private mutating func take(_ report: ParseReport, _ path: String) {
        results += report.results
        warnings += report.warnings.map { "\(path): \($0.message)" }
        problems += report.errors.map { Self.problem($0, in: path) }
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
