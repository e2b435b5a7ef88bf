import ArgumentParser

/// `logs RUN`: what an attempt's build and benchmarks printed.
struct LogsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Shows what a run's build and benchmarks printed.",
        discussion: """
            EXAMPLES
              fleetmark logs @last
              fleetmark logs 8c1f2a90 --follow
              fleetmark logs 8c1f2a90 --attempt 1 --tail 50
              fleetmark logs 8c1f2a90 --matrix opt=O3
            """)

    @Argument(help: "A run's id, last digits or page address, or @last.") var run: String
    @Flag(
        name: [.customShort("f"), .long], help: "Go on until the run ends; then with its status.")
    var follow = false
    @Option(help: ArgumentHelp("The attempt's number; else the newest.", valueName: "N"))
    var attempt: Int64?
    @Option(help: ArgumentHelp("Only attempts of this job.", valueName: "id")) var job: String?
    @Option(help: ArgumentHelp("Only of this cell of the matrix.", valueName: "K=V"))
    var matrix: [AxisArgument] = []

    @Option(help: ArgumentHelp("Only the last N lines.", valueName: "N")) var tail: Int?

    @Option(
        help: ArgumentHelp(
            "With --follow: what ends with a status other than 0.", valueName: "list"))
    var failOn = FailOn.usual
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        if let tail, tail < 1 { throw ValidationError("--tail is at least 1") }
        guard !(follow && tail != nil) else {
            throw ValidationError("--follow and --tail cannot be together")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let reference = try RunReference(run)
        return try await session.connected { client in
            let id = try await reference.resolve(client, session)
            guard let attempt = try await chosen(id, client, session) else {
                throw CommandFailure(
                    .failed, "no_attempt", "the run has no such attempt yet",
                    try: "fleetmark show \(RunReference.short(id)), or --follow")
            }
            let log = AttemptLog(client: client, session: session, attempt: attempt.id)
            guard follow else {
                try await log.print(tail: tail)
                return .done
            }
            try await log.follow()
            return try await status(id, client, session)
        }
    }

    /// With `--follow` a run that nobody has taken yet is waited for.
    private func chosen(
        _ id: String, _ client: APIClient, _ session: Session
    ) async throws -> Attempt? {
        let jobs = try await CellChoice(axes: matrix).jobs(of: id, client)?.map(\.id)
        var hasWaited = false
        while true {
            let found = try await client.get(
                "/runs/\(id)/attempts", as: ReplyPage<Attempt>.self
            ).value.items.filter { item in
                (attempt == nil || item.number == attempt) && (job == nil || item.jobId == job)
                    && (item.jobId.map { jobs?.contains($0) ?? true } ?? true)
            }
            if let last = found.last { return last }
            let run = try await client.get("/runs/\(id)", as: Run.self).value
            guard follow, !run.isOver else { return nil }
            if !hasWaited { session.note("the run is \(run.state); waiting for a host") }
            hasWaited = true
            try await session.surroundings.pause(.seconds(2))
        }
    }

    private func status(
        _ id: String, _ client: APIClient, _ session: Session
    ) async throws -> CommandStatus {
        let request = try await client.get("/runs/\(id)", as: Run.self).value.requestId ?? ""
        let watch = RequestWatch(
            client: client, session: session, request: request, runs: [id])
        var outcomes: [RunOutcome] = []
        for seen in try await watch.wait() {
            outcomes.append(try await RunOutcome.read(seen, client))
        }
        return RunOutcome.status(of: outcomes, failOn, isCompared: false)
    }
}
