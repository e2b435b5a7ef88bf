import ArgumentParser
import BenchmarkFormats
import FleetModel
import FoundationEssentials

/// `submit PATH…`: results that were measured elsewhere (command line, section 3).
struct SubmitCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Sends results that were measured elsewhere, in a CI runner perhaps.",
        discussion: """
            Reads the output of a benchmark tool like `fleetmark parse`, and stores it as a run of \
            the commit. Results are compared with those of the nearest commit before that came \
            from a machine of the same name and processor, and never with the fleet's. Several \
            files of one benchmark are several runs of it: send five or more, or no difference \
            can be told from chance.

            EXAMPLES
              go test -bench=. -count=10 ./... | fleetmark submit --host-name ci-linux -
              fleetmark submit results.json --commit HEAD --wait --fail-on regressed
              fleetmark submit run-*.json --format pytest-benchmark-json --branch main
              fleetmark submit old.json --commit v1.4 --time 2026-03-01T12:00:00Z
            """)

    @Argument(help: ArgumentHelp("Files or folders; - is standard input.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The commit that was measured.", valueName: "rev"))
    var commit = "HEAD"
    @Option(help: ArgumentHelp("The branch that it was measured for.", valueName: "name"))
    var branch: String?
    @Option(help: "The files' format; auto looks at their content.")
    var format = BenchmarkParser.automatic
    @Option(help: ArgumentHelp("Rules for files that no format fits.", valueName: "file"))
    var rules: String?
    @Option(help: ArgumentHelp("Put before the name of each benchmark.", valueName: "text"))
    var benchmarkPrefix = ""
    @Option(
        help: ArgumentHelp(
            "The machine's name; one name for machines that are alike. (default: this one's)",
            valueName: "name"))
    var hostName: String?
    @Option(
        help: ArgumentHelp(
            "A file that describes the machine instead of this one.", valueName: "file"))
    var environment: String?
    @Option(help: ArgumentHelp("When it was measured. (default: now)", valueName: "time"))
    var time: String?
    @Option(
        help: ArgumentHelp(
            "A key of the run: the same sent again is the same run.", valueName: "text"))
    var key: String?
    @Option(
        help: ArgumentHelp("A word to find the run by; repeatable.", valueName: "K=V"))
    var label: [AxisArgument] = []
    @Flag(help: "Wait for the decision, and say what changed.") var wait = false
    @OptionGroup var waiting: WaitingOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let reading = try FileReading(
            paths: paths, format: format, rules: rules, prefix: benchmarkPrefix, session)
        guard !reading.results.isEmpty else {
            throw CommandFailure(
                .failed, "no_results", "none of the files has results that can be used",
                try: "fleetmark parse --explain \(paths.joined(separator: " "))")
        }
        return try await session.connected { client in
            let body = try await body(reading.results.document, client, session)
            let call = SubmitCall(
                client: client, session: session, waiting: wait ? waiting : nil)
            let status = try await call.send(body)
            return CommandStatus.resolve([status, reading.status])
        }
    }

    private func body(
        _ results: JSONTree, _ client: APIClient, _ session: Session
    ) async throws -> JSONTree {
        let revision = try await SubmittedCommit.found(commit, client, session)
        let machine =
            try environment.map {
                try DeclaredMachine.described(in: session.path($0), named: hostName)
            } ?? .own(named: hostName)
        return .members([
            "commit": .string(revision.hash), "parent": revision.parent.map { .string($0) },
            "commit_time_us": revision.time.map { .integer($0) },
            "ref": branch.map { .string($0) }, "host": .object(machine.members),
            "measured_us": try time.map { .integer(try Self.microseconds($0)) },
            "labels": label.isEmpty ? nil : .object(labels),
            "run_key": key.map { .string($0) }, "results": results,
        ])
    }

    private var labels: [String: JSONTree] {
        Dictionary(label.map { ($0.pair.name, .string($0.pair.value)) }) { $1 }
    }

    private static func microseconds(_ text: String) throws(CommandFailure) -> Int64 {
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw .usage("`\(text)` is no time", try: "2026-03-01T12:00:00Z")
        }
        return Int64(date.timeIntervalSince1970 * 1_000_000)
    }
}
