import ArgumentParser

/// `trigger`: asks for measurements of one revision or of a range.
struct TriggerCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Measures a commit or a range of commits on the fleet.",
        discussion: """
            Each commit is measured together with its parent, interleaved, and compared with it.

            EXAMPLES
              fleetmark trigger --commit HEAD --wait --fail-on regressed
              fleetmark trigger --range main~10..main --wait
              fleetmark trigger --range v1.4..main --every 5 --benchmark 'parse*'
              fleetmark trigger --commit 1f3a9bc --against v1.4 --repetitions 10..50 --fresh
            """)

    @OptionGroup var what: RevisionOptions
    @OptionGroup var how: MeasuringOptions
    @OptionGroup var waiting: WaitingOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            let body = try await body(client, session)
            let made = try await client.post(
                try session.projectPath("/runs"), body, key: how.key, as: TriggerReply.self)
            guard waiting.wait else { return try await tell(made, client, session) }
            let watch = RequestWatch(
                client: client, session: session, request: made.value.request.id,
                runs: made.value.runs.map(\.id), limit: waiting.waitTimeout?.duration)
            do {
                return try await finish(made, watch, client, session)
            } catch let error where Task.isCancelled || error is CancellationError {
                await interrupted(made.value, client, session)
                throw CancellationError()
            }
        }
    }

    private func body(_ client: APIClient, _ session: Session) async throws -> JSONTree {
        var members = try await what.members(client, session)
        try await how.add(to: &members, client, session)
        return .object(members)
    }

    /// Without waiting: what was begun, and where to look.
    private func tell(
        _ made: Reply<TriggerReply>, _ client: APIClient, _ session: Session
    ) async throws -> CommandStatus {
        if session.settings.asJSON {
            try session.answer(.document("trigger", made.tree.members))
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
        _ made: Reply<TriggerReply>, _ watch: RequestWatch, _ client: APIClient,
        _ session: Session
    ) async throws -> CommandStatus {
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
            try session.answer(.document("trigger", members))
        } else {
            let report = RangeReport(
                outcomes: outcomes, session: session,
                pages: PageAddress(session.settings.server, url: made.value.url),
                request: made.value.request.id)
            try session.answer(report.text)
        }
        return RunOutcome.status(
            of: outcomes, waiting.failOn, isCompared: how.against != "none")
    }

    private static func remark(on run: TriggerReply.Part) -> String {
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
        _ made: TriggerReply, _ client: APIClient, _ session: Session
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

extension JSONTree {
    /// Of an object; else nothing.
    var members: [String: JSONTree] {
        guard case .object(let members) = self else { return [:] }
        return members
    }
}
