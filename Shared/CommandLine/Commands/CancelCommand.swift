import ArgumentParser

/// `cancel RUN` and `cancel --job JOB`.
struct CancelCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Ends runs before they are done.",
        discussion: """
            Each cell of a matrix is a job. The other jobs of a run go on, and are judged without \
            those that are cancelled.

            EXAMPLES
              fleetmark cancel @last
              fleetmark cancel 8c1f2a90 --now
              fleetmark cancel 8c1f2a90 --matrix cc=clang --reason 'no such compiler here'
              fleetmark cancel --job 01a1fd0c-ca4f-7ea0-ad1c-45bae16b6ae0
            """)

    @Argument(help: "Runs, by id, last digits or page address.") var run: [String] = []
    @Option(help: ArgumentHelp("Only the cells with this value; repeatable.", valueName: "K=V"))
    var matrix: [AxisArgument] = []
    @Option(
        help: ArgumentHelp(
            "This job, by its id as show --json gives it; repeatable.", valueName: "id"))
    var job: [String] = []
    @Flag(help: "No grace for what is running.") var now = false
    @Option(help: ArgumentHelp("Shown with what is cancelled.", valueName: "text"))
    var reason: String?
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard !run.isEmpty || !job.isEmpty else {
            throw ValidationError("name a run, or a job with --job")
        }
        guard job.isEmpty || run.isEmpty else {
            throw ValidationError("--job names jobs by themselves: leave the runs out")
        }
        guard matrix.isEmpty || !run.isEmpty else {
            throw ValidationError("--matrix names cells of a run: name the run too")
        }
        if let id = job.first(where: { !RunReference.isIdentifier($0.lowercased()) }) {
            throw ValidationError("`\(id)` is no job's id; fleetmark show RUN --json has them")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let references = try run.map { text throws(CommandFailure) in try RunReference(text) }
        let cancelled = try await session.connected { client in
            var cancelled = Cancelled()
            for reference in references {
                let id = try await reference.resolve(client, session)
                guard let cells = try await CellChoice(axes: matrix).jobs(of: id, client) else {
                    cancelled.runs.append(
                        try await client.post("/runs/\(id)/cancel", body, as: Run.self))
                    continue
                }
                let open = cells.filter { !$0.isOver }
                guard !open.isEmpty else { throw Self.over(cells) }
                for cell in open { cancelled.jobs.append(try await cancel(cell.id, client)) }
            }
            for id in job { cancelled.jobs.append(try await cancel(id.lowercased(), client)) }
            return cancelled
        }
        try tell(cancelled, session)
        return .done
    }

    private struct Cancelled: Sendable {
        var runs: [Reply<Run>] = []
        var jobs: [Reply<Job>] = []
    }

    private var body: JSONTree {
        .members(["mode": now ? "now" : "graceful", "reason": reason.map { .string($0) }])
    }

    private func cancel(_ job: String, _ client: APIClient) async throws -> Reply<Job> {
        try await client.post("/jobs/\(job)/cancel", body, as: Job.self)
    }

    private static func over(_ cells: [Job]) -> CommandFailure {
        CommandFailure(
            .failed, "terminal", "the cells have ended",
            why: cells.map { "\($0.cellText): \($0.state ?? "?")" }.joined(separator: "; "))
    }

    private func tell(_ cancelled: Cancelled, _ session: Session) throws {
        if session.settings.asJSON {
            try session.answer(
                .document(
                    "cancel",
                    [
                        "runs": .array(cancelled.runs.map(\.tree)),
                        "jobs": .array(cancelled.jobs.map(\.tree)),
                    ]))
            return
        }
        for reply in cancelled.runs {
            let state = reply.value.isOver ? reply.value.state : "being cancelled"
            try session.answer(
                PlainLine.text("\(RunReference.short(reply.value.id)) is \(state)") + "\n")
        }
        for reply in cancelled.jobs {
            let job = reply.value
            let name = job.cellText.isEmpty ? "job \(RunReference.short(job.id))" : job.cellText
            let state = job.isOver ? job.state ?? "over" : "being cancelled"
            try session.answer(PlainLine.text("\(name) is \(state)") + "\n")
        }
    }
}
