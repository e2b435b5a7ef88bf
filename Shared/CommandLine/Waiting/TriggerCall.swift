import FleetModel

/// Asks for runs, and waits for them where somebody wants to.
struct TriggerCall {
    /// Of the command, in its JSON.
    let name: String
    let client: APIClient
    let session: Session
    /// Nothing: says what was begun, and ends.
    let waiting: WaitingOptions?
    /// Whether each run has something that it is compared with.
    let isCompared: Bool

    func send(_ body: JSONTree, key: String?) async throws -> CommandStatus {
        let made = try await client.post(
            try session.projectPath("/runs"), body, key: key, as: TriggerReply.self)
        guard let waiting else { return try await tell(made) }
        do {
            return try await finish(made, waiting)
        } catch let error where Task.isCancelled || error is CancellationError {
            await interrupted(made.value, waiting)
            throw CancellationError()
        }
    }

    /// What would be begun; nothing is.
    func preview(_ body: JSONTree) async throws -> CommandStatus {
        var members = body.members
        members["dry_run"] = true
        let found = try await client.post(
            try session.projectPath("/runs"), .object(members), as: PreviewReply.self)
        if session.settings.asJSON {
            try session.answer(.document(name, found.tree.members))
            return .done
        }
        let table = TextTable(
            [.init("COMMIT"), .init("CLASS"), .init("CELL"), .init("")],
            rows: found.value.runs.flatMap { run in
                (run.cells.isEmpty ? [[:]] : run.cells).map { cell in
                    [
                        .init(Readable.commit(run.commit)), .init(run.hostClass),
                        .init(Parameters(cell).text), .init(Self.remark(on: run, cell)),
                    ]
                }
            })
        try session.answer(
            table.render(style: session.style, width: session.surroundings.terminal.width))
        let jobs = found.value.runs.reduce(0) { $0 + $1.cells.count }
        session.note("\(jobs) job\(jobs == 1 ? "" : "s") would be queued")
        return .done
    }

    private static func remark(
        on run: PreviewReply.Part, _ cell: [String: String]
    ) -> String? {
        if let failure = run.failure { return failure.message ?? "cannot be measured" }
        if let reused = run.reused { return "there already: run \(RunReference.short(reused))" }
        let why = run.why?.first { ($0.cell ?? [:]) == cell }
        return why?.text.map { "waits: \($0)" }
    }

    /// Without waiting: what was begun, and where to look.
    private func tell(
        _ made: Reply<TriggerReply>
    ) async throws -> CommandStatus {
        if session.settings.asJSON {
            try session.answer(.document(name, made.tree.members))
            return .done
        }
        let pages = PageAddress(session.settings.server, url: made.value.url)
        let table = TextTable(
            [.init("RUN"), .init("COMMIT"), .init("CLASS"), .init("STATE"), .init("")],
            rows: made.value.runs.map { run in
                [
                    .init(RunReference.short(run.id)), .init(Readable.commit(run.commit)),
                    .init(run.hostClass), .init(run.state, tone: Style.tone(of: run.state)),
                    .init(Self.remark(on: run)),
                ]
            })
        try session.answer(
            table.render(style: session.style, width: session.surroundings.terminal.width))
        session.note("request \(made.value.request.id)")
        if let page = pages.request(made.value.request.id) { session.note("page: \(page)") }
        await IdleFleetNotice(client: client, session: session).tell(made.value.runs)
        return .done
    }

    private func finish(
        _ made: Reply<TriggerReply>, _ waiting: WaitingOptions
    ) async throws -> CommandStatus {
        let watch = RequestWatch(
            client: client, session: session, request: made.value.request.id,
            runs: made.value.runs.map(\.id), limit: waiting.waitTimeout?.duration)
        if !session.settings.asJSON {
            session.note(Self.beginning(made.value))
            await IdleFleetNotice(client: client, session: session).tell(made.value.runs)
        }
        let ended = try await watch.wait { seen in
            guard session.settings.asJSON else { return }
            try session.answer(JSONTree.object(["type": "run", "run": seen.tree]))
        }
        var outcomes: [RunOutcome] = []
        for seen in ended { outcomes.append(try await RunOutcome.read(seen, client)) }
        if session.settings.asJSON {
            var members = made.tree.members
            members["type"] = "result"
            members["runs"] = .array(outcomes.map(\.tree))
            try session.answer(.document(name, members))
        } else {
            let report = RangeReport(
                outcomes: outcomes, session: session,
                pages: PageAddress(session.settings.server, url: made.value.url),
                request: made.value.request.id)
            try session.answer(report.text)
        }
        return RunOutcome.status(
            of: outcomes, waiting.failOn, isCompared: isCompared)
    }

    private static func remark(on run: TriggerReply.Part) -> String {
        if let failure = run.failure { return failure.message ?? "cannot be measured" }
        guard run.reused == true else { return "" }
        return Run.ended.contains(run.state ?? "") ? "measured before" : "already asked for"
    }

    private static func beginning(_ made: TriggerReply) -> String {
        let remarks = made.runs.map(remark)
        let count = "\(made.runs.count) run\(made.runs.count == 1 ? "" : "s")"
        let parts = ["measured before", "already asked for"].map { words in
            (words, remarks.count { $0 == words })
        }.filter { $0.1 > 0 }.map { ", \($0.1) \($0.0)" }.joined()
        return "\(count) asked for\(parts), request \(RunReference.short(made.request.id))"
    }

    /// Ends or leaves what runs on the fleet; in a task of its own, since this one is cancelled.
    private func interrupted(
        _ made: TriggerReply, _ waiting: WaitingOptions
    ) async {
        guard waiting.cancelOnInterrupt else {
            session.note("the runs go on; fleetmark runs shows them, fleetmark cancel ends them")
            return
        }
        let cancelling = Task {
            try await client.post(
                "/requests/\(made.request.id)/cancel", .object([:]), as: Request.self)
        }
        let isCancelled = (try? await cancelling.value) != nil
        session.note(isCancelled ? "the runs are being cancelled" : "the runs had ended")
    }
}
