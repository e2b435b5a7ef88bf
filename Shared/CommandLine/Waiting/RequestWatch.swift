/// Waits until every run of a request has ended, and shows how far they are.
struct RequestWatch: Sendable {
    let client: APIClient
    let session: Session
    let request: String
    /// In the order of the request.
    let runs: [String]
    /// Nothing: as long as it takes.
    var limit: Duration?

    /// One run as it was last seen.
    struct Seen: Sendable {
        let run: Run
        let tree: JSONTree
    }

    /// How long a controller that cannot be reached is waited for.
    static let patience = Duration.seconds(120)
    /// The longest page of the runs' list.
    private static let pageLimit = 200

    /// - Parameter changed: called for each run whose state is another than before.
    /// - Returns: all runs, in the order of the request.
    /// - Throws: `CommandFailure` also when the limit has passed.
    func wait(_ changed: (Seen) throws -> Void = { _ in }) async throws -> [Seen] {
        var progress = ProgressLine(session)
        defer { progress.end() }
        let start = session.surroundings.nowMicroseconds()
        var seen: [String: Seen] = [:]
        var revision: Int64?
        var trouble = Trouble()
        while true {
            do {
                for (id, new) in try await refresh(seen) {
                    if seen[id]?.run.state != new.run.state { try changed(new) }
                    seen[id] = new
                }
                if runs.allSatisfy({ seen[$0]?.run.isOver == true }) {
                    return runs.compactMap { seen[$0] }
                }
                let detail = try await detail(of: seen)
                try show(&progress, seen, detail, since: start)
                revision = try await change(after: revision, since: start) ?? revision
                trouble = Trouble()
            } catch let failure as CommandFailure where failure.isPassing {
                let pause = try trouble.pause(after: failure)
                progress.end()
                session.note("\(failure.message): trying again")
                try await session.surroundings.pause(pause)
            }
        }
    }

    /// The open runs as they are now: most by one call, reused ones each by its own.
    private func refresh(_ seen: [String: Seen]) async throws -> [String: Seen] {
        let open = Set(runs.filter { seen[$0]?.run.isOver != true })
        var found: [String: Seen] = [:]
        if open.count > 1 {
            let page = try await client.get(
                try session.projectPath("/runs"), [QueryField("limit", "\(Self.pageLimit)")],
                as: ReplyPage<Run>.self)
            for (run, tree) in zip(page.value.items, page.tree["items"]?.items ?? [])
            where open.contains(run.id) {
                found[run.id] = Seen(run: run, tree: tree)
            }
        }
        for id in runs where open.contains(id) && found[id] == nil {
            let reply = try await client.get("/runs/\(id)", as: Run.self)
            found[id] = Seen(run: reply.value, tree: reply.tree)
        }
        return found
    }

    /// Holds a call until the request changes; short on a terminal, where the line moves on.
    private func change(after revision: Int64?, since start: Int64) async throws -> Int64? {
        let isWatched = session.surroundings.terminal.noticesAreTerminal
        var seconds: Int64 = isWatched ? 1 : 20
        if let limit {
            let left = limit - elapsed(since: start)
            seconds = min(seconds, max(1, left.components.seconds))
        }
        var query = [QueryField("wait_s", "\(seconds)")]
        if let revision { query.append(QueryField("after", "\(revision)")) }
        let reply = try await client.read(
            "/requests/\(request)", query, as: Request.self, waiting: .seconds(seconds))
        return reply?.value.revision
    }

    /// Phase and count of the run that is furthest; only a terminal shows it.
    private func detail(of seen: [String: Seen]) async throws -> Attempt? {
        guard session.surroundings.terminal.noticesAreTerminal, !session.settings.isQuiet,
            let running = runs.first(where: { seen[$0]?.run.state == "running" })
        else { return nil }
        let found = try await client.get(
            "/runs/\(running)/attempts", as: ReplyPage<Attempt>.self)
        return found.value.items.last
    }

    private func show(
        _ progress: inout ProgressLine, _ seen: [String: Seen], _ attempt: Attempt?,
        since start: Int64
    ) throws {
        let elapsed = elapsed(since: start)
        if let limit, elapsed > limit {
            throw CommandFailure(
                .noDecision, "wait_timeout", "the runs have not ended in time",
                why: "waited \(Readable.span(elapsed)); they go on",
                try: "fleetmark runs, or a longer --wait-timeout")
        }
        let known = runs.compactMap { seen[$0]?.run }
        let furthest = known.first { $0.state == "running" } ?? known.first { !$0.isOver }
        var status = ProgressStatus(phase: furthest?.state ?? "waiting", elapsed: elapsed)
        if let furthest { status.phase += " " + Readable.commit(furthest.commit) }
        if let phase = attempt?.phase {
            status.detail = phase
            if let done = attempt?.done, let total = attempt?.total, total > 0 {
                status.detail = "\(phase) \(done)/\(total)"
            }
        }
        if runs.count > 1 {
            status.done = Int64(known.count(where: \.isOver))
            status.total = Int64(runs.count)
        }
        progress.show(status)
    }

    private func elapsed(since start: Int64) -> Duration {
        .microseconds(max(0, session.surroundings.nowMicroseconds() - start))
    }

    /// How long the controller has been away.
    private struct Trouble {
        private var waited = Duration.zero
        private var next = Duration.seconds(1)

        mutating func pause(after failure: CommandFailure) throws -> Duration {
            guard waited < RequestWatch.patience else { throw failure }
            let pause = next
            waited += pause
            next = min(pause * 2, .seconds(10))
            return pause
        }
    }
}

extension CommandFailure {
    /// May be over in a moment: no connection, or a server that says so itself.
    var isPassing: Bool {
        status == .notReachable && code != "tls_refused" && code != "bad_reply"
            && !code.hasPrefix("credentials_") && code != "unauthorized" && code != "http_401"
    }
}
