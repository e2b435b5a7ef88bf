import ArgumentParser
import BenchmarkFormats

/// `parse PATH…` (benchmark formats, section 1).
struct ParseCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads output files of benchmark tools; one JSON object for each.",
        discussion: """
            The format is found by content; name it where you know it. docs/formats.md lists all.
            Errors that a tool reports inside its output are errors here, never numbers. Status 0
            means no errors, 3 results and errors, 4 errors alone.

            EXAMPLES
              fleetmark parse results.json
              fleetmark parse --explain bench.txt target/criterion
              go test -bench=. -count=5 ./... | fleetmark parse --format go-bench-text -
              fleetmark parse --rules rules.json output.log
            """)

    @Argument(help: ArgumentHelp("Files or folders; - is standard input.", valueName: "path"))
    var paths: [String]

    @Option(help: "The files' format; auto looks at their content.")
    var format = BenchmarkParser.automatic

    @Option(
        help: ArgumentHelp(
            "Rules (fleetmark.rules.v1) for files that no format fits.", valueName: "file"))
    var rules: String?

    @Option(
        help: ArgumentHelp(
            "Warm-up iterations to leave out of each invocation (rebench-data).",
            valueName: "count"))
    var skipIterations = 0

    @Flag(help: "Say on standard error what was recognised and what was passed over.")
    var explain = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let asked = try ParsedFormat.asked(format, hasRules: rules != nil)
        guard paths.filter({ $0 == "-" }).count < 2 else {
            throw CommandFailure.usage("standard input can be read once")
        }
        var options = ParseOptions(skipIterations: skipIterations)
        if let rules { options.rules = try ParsedFormat.rules(session.path(rules)) }
        var found: [CommandStatus] = []
        for path in paths {
            try Task.checkCancellation()
            let report = try BenchmarkInput(path, session).report(asked, options)
            if explain { Self.explain(report, path, session) }
            try session.answer(String(decoding: report.json(), as: UTF8.self) + "\n")
            found.append(Self.status(report.status))
        }
        return CommandStatus.resolve(found)
    }

    private static func explain(_ report: ParseReport, _ path: String, _ session: Session) {
        let title = report.format.flatMap(FormatCatalogue.entry)?.title
        let samples = report.results.reduce(0) { $0 + $1.samples.count }
        session.note(
            "\(path): \(report.format ?? "?")\(title.map { " (\($0))" } ?? ""), "
                + (report.detection.map { "recognised by \($0)" } ?? "refused"))
        session.note(
            "\(path): \(report.results.count) results, \(samples) samples, "
                + "\(report.errors.count) errors")
        for ignored in report.ignored {
            session.note("\(path): passed over \(ignored.count) \(ignored.what)")
        }
        session.noteErrors(of: report, in: path)
    }

    private static func status(_ status: ParseReport.Status) -> CommandStatus {
        switch status {
        case .ok: .done
        case .partial: .partial
        case .failed: .failed
        }
    }
}
