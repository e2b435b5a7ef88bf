import ArgumentParser
import BenchmarkFormats

/// `parse PATH…` (benchmark formats, section 1).
struct ParseCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Reads output files of benchmark tools; one JSON object for each.",
        discussion: """
            EXAMPLES
              fleetmark parse results.json
              fleetmark parse --format hyperfine-json -
              fleetmark parse --explain *.json
            """)

    @Argument(help: ArgumentHelp("Files; - is standard input.", valueName: "path"))
    var paths: [String]

    @Option(help: "The files' format; auto looks at their content.")
    var format = BenchmarkParser.automatic

    @Flag(help: "Say on standard error why a format was taken.") var explain = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let known = FormatCatalogue.supported.map(\.id)
        guard format == BenchmarkParser.automatic || known.contains(format) else {
            throw CommandFailure.usage(
                "there is no format `\(format)`",
                try: "one of auto, \(known.joined(separator: ", "))")
        }
        guard paths.filter({ $0 == "-" }).count < 2 else {
            throw CommandFailure.usage("standard input can be read once")
        }
        let limit = ParseLimits().inputBytes + 1
        var found: [CommandStatus] = []
        for path in paths {
            try Task.checkCancellation()
            let bytes =
                path == "-"
                ? try session.surroundings.readInput(limit)
                : try TextFile.bytes(session.path(path), limitBytes: limit)
            let report = BenchmarkParser.parse(format: format, bytes: bytes)
            if explain {
                session.note("\(path): \(report.format ?? "?"), \(report.detection ?? "refused")")
            }
            try session.answer(String(decoding: report.json(), as: UTF8.self) + "\n")
            found.append(Self.status(report.status))
        }
        return CommandStatus.resolve(found)
    }

    private static func status(_ status: ParseReport.Status) -> CommandStatus {
        switch status {
        case .ok: .done
        case .partial: .partial
        case .failed: .failed
        }
    }
}
