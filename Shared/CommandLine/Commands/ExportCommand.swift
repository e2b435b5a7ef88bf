import ArgumentParser

/// `export`: raw data as files.
struct ExportCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes raw samples, series, runs or comparisons as CSV or JSON.",
        discussion: """
            Without RUN these are the project's newest runs that the filters let through. Series \
            are written run by run, in the order of their commits, and take filters of their own.

            EXAMPLES
              fleetmark export @last --format csv --output samples.csv
              fleetmark export 8c1f2a90 77aa0142 --format json
              fleetmark export --commit 1f3a9bc --format ndjson
              fleetmark export --what runs --state failed --all --format csv
              fleetmark export --what series --benchmark parse --from 2026-11-01 --format csv
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable, Sendable {
        case samples, series, runs, comparison
    }

    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case json, ndjson, csv
    }

    @Argument(help: "Runs, by id, last digits or page address.") var run: [String] = []
    @Option(help: "samples, series, runs or comparison (the rows of each run's own one).")
    var what = Subject.samples
    @Option(help: "json, ndjson or csv.") var format = Format.json
    @Option(help: ArgumentHelp("Where to write; - is standard output.", valueName: "file"))
    var output = "-"
    @Option(help: ArgumentHelp("Runs of this commit.", valueName: "rev")) var commit: String?
    @Option(help: "Runs in this state.") var state: String?
    @Option(help: ArgumentHelp("Runs of this host class.", valueName: "class"))
    var hostClass: String?
    @Option(help: "Most runs or series, 1 to 200.") var limit: Int = 50
    @Flag(help: "All runs or series.") var all = false
    @Option(help: "Series of this benchmark.") var benchmark: String?
    @Option(help: "Series of this metric.") var metric: String?
    @OptionGroup(title: "Options of series") var series: SeriesFilter
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard (1...200).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to 200")
        }
        let filters = [commit, state, hostClass].compactMap(\.self)
        guard run.isEmpty || (filters.isEmpty && !all) else {
            throw ValidationError("give runs or filters, not both")
        }
        let isOfSeries = !series.isEmpty || benchmark != nil || metric != nil
        guard what == .series ? run.isEmpty && filters.isEmpty : !isOfSeries else {
            throw ValidationError(
                what == .series
                    ? "series take --benchmark, --metric, --host, --branch, --from, --to, --param"
                    : "--benchmark, --metric, --host, --branch, --from, --to and --param are for "
                        + "--what series")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let references = try run.map { text throws(CommandFailure) in try RunReference(text) }
        return try await session.connected { client in
            let runs = what == .series ? .init() : try await runs(references, client, session)
            let file = output == "-" ? nil : try FileSink(creating: session.path(output))
            let sink: any TextSink = file ?? session.surroundings.answer
            let writer = ExportWriter(client: client, sink: sink, format: format)
            switch what {
            case .samples: try await writer.samples(of: runs.items)
            case .series:
                let found = try await allSeries(client, session)
                try await writer.points(
                    of: found, try await series.points(client, session))
            case .runs: try writer.runs(runs)
            case .comparison: try await writer.comparisons(of: runs)
            }
            if let file {
                try file.close()
                session.note("wrote \(output)")
            }
            return .done
        }
    }

    private func runs(
        _ references: [RunReference], _ client: APIClient, _ session: Session
    ) async throws -> ListedItems<Run> {
        var found = ListedItems<Run>()
        for reference in references {
            let id = try await reference.resolve(client, session)
            let reply = try await client.get("/runs/\(id)", as: Run.self)
            found.items.append(reply.value)
            found.trees.append(reply.tree)
        }
        guard references.isEmpty else { return found }
        var filters: [QueryField] = []
        if let commit {
            let text = try await RevisionReference(commit).text(client, session)
            filters.append(QueryField("commit", text))
        }
        if let state { filters.append(QueryField("state", state)) }
        if let hostClass { filters.append(QueryField("host_class", hostClass)) }
        return try await ListReader(limit: limit, all: all).read(
            client, try session.projectPath("/runs"), filters, as: Run.self)
    }

    private func allSeries(
        _ client: APIClient, _ session: Session
    ) async throws -> ListedItems<Series> {
        let fields = try await series.series(benchmark: benchmark, metric: metric, client)
        return try await ListReader(limit: limit, all: all).read(
            client, try session.projectPath("/series"), fields, as: Series.self)
    }
}
