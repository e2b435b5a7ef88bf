import ArgumentParser

/// `show RUN`: everything about one run.
struct ShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a run: its state, what was measured, and what was decided.",
        discussion: """
            EXAMPLES
              fleetmark show @last
              fleetmark show 8c1f2a90 --benchmark parse
              fleetmark show 8c1f2a90 --samples --json
              fleetmark show @last --receipt
            """)

    @Argument(help: "A run's id, last digits or page address, or @last.") var run: String

    @Option(help: ArgumentHelp("Only this benchmark; repeatable.", valueName: "name"))
    var benchmark: [String] = []

    @Flag(help: "Each sample.") var samples = false
    @Flag(help: "How it was kept apart from its host, and what the host could not give.")
    var receipt = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let reference = try RunReference(run)
        return try await session.connected { client in
            let id = try await reference.resolve(client, session)
            let view = try await read(id, client)
            if session.settings.asJSON {
                try session.answer(view.document)
            } else {
                let receipts = view.receipts.map { view.pages(of: $0, session.style) }
                try session.answer(
                    RunPage(view: view, session: session).text + (receipts ?? ""))
            }
            return .done
        }
    }

    private func read(_ id: String, _ client: APIClient) async throws -> RunView {
        let found = try await client.get("/runs/\(id)", as: Run.self)
        let seen = RequestWatch.Seen(run: found.value, tree: found.tree)
        var query = benchmark.map { QueryField("benchmark", $0) }
        if samples { query.append(QueryField("include", "samples")) }
        let outcome = try await RunOutcome.read(seen, client)
        let attempts = try await client.get(
            "/runs/\(id)/attempts", as: ReplyPage<Attempt>.self)
        return RunView(
            outcome: outcome,
            measurements: try await client.get("/runs/\(id)/measurements", query),
            cases: try await client.get("/runs/\(id)/cases"),
            jobs: try await jobs(of: found.value, client), attempts: attempts,
            receipts: try await receipts(of: attempts.value.items, client),
            // Only members may see them.
            artifacts: try? await client.get("/runs/\(id)/artifacts"),
            hosts: (try? await client.get("/hosts", as: ReplyPage<Host>.self).value.items) ?? [],
            benchmarks: Set(benchmark))
    }
}

extension ShowCommand {
    /// Nothing for a run of one job, which says no more than the run.
    private func jobs(of run: Run, _ client: APIClient) async throws -> Reply<ReplyPage<Job>>? {
        guard (run.jobs?.count ?? 0) > 1 else { return nil }
        return try await client.get("/runs/\(run.id)/jobs")
    }

    /// Of each attempt; nothing unless asked for.
    private func receipts(
        of attempts: [Attempt], _ client: APIClient
    ) async throws -> [RunView.Receipts]? {
        guard receipt else { return nil }
        var found: [RunView.Receipts] = []
        for attempt in attempts {
            let path = "/attempts/\(attempt.id)/receipts"
            let reply = try await client.get(path, as: JSONTree.self)
            found.append(
                RunView.Receipts(attempt: attempt, items: reply.tree["items"]?.items ?? []))
        }
        return found
    }
}

/// What `show` read.
struct RunView: Sendable {
    let outcome: RunOutcome
    let measurements: Reply<ReplyPage<Measurement>>
    let cases: Reply<ReplyPage<BenchmarkCase>>
    /// In the order of the matrix; nil without one.
    let jobs: Reply<ReplyPage<Job>>?
    let attempts: Reply<ReplyPage<Attempt>>
    /// Of each attempt, oldest first; nil unless asked for.
    let receipts: [Receipts]?
    /// Nil when the caller may not see them.
    let artifacts: Reply<ReplyPage<Artifact>>?
    /// Empty when the caller may not see them.
    let hosts: [Host]
    /// The only ones that are shown; empty: all.
    let benchmarks: Set<String>

    /// What one attempt said of how it measured.
    struct Receipts: Sendable {
        let attempt: Attempt
        let items: [JSONTree]
    }

    /// Named where there are several attempts.
    func pages(of receipts: [Receipts], _ style: Style) -> String {
        guard receipts.count > 1 else {
            return ReceiptPage(receipts: receipts.first?.items ?? [], style: style).text
        }
        return receipts.map { found in
            let page = ReceiptPage(receipts: found.items, style: style).text
            return "\n== \(name(of: found.attempt)) ==\n" + page
        }.joined()
    }

    /// `cc=gcc, attempt 2 on bench-01, completed`.
    private func name(of attempt: Attempt) -> String {
        let number = attempt.number.map { "attempt \($0)" } ?? "attempt"
        let host = hostName(attempt.hostId).map { " on \($0)" } ?? ""
        let words = [cellText(of: attempt), number + host, attempt.state]
        return PlainLine.text(words.compactMap(\.self).joined(separator: ", "))
    }

    private func cellText(of attempt: Attempt) -> String? {
        let text = jobs?.value.items.first { $0.id == attempt.jobId }?.cellText
        return text?.isEmpty == false ? text : nil
    }

    /// Each with the attempt that said it.
    private func tree(of receipts: Receipts) -> [JSONTree] {
        let job = jobs?.value.items.first { $0.id == receipts.attempt.jobId }
        return receipts.items.map { item in
            var members = item.members
            members["attempt_id"] = .string(receipts.attempt.id)
            members["attempt"] = receipts.attempt.number.map { .integer($0) }
            members["cell"] = job?.cell.map { .object($0.mapValues { .string($0) }) }
            return .object(members)
        }
    }

    var document: JSONTree {
        var members = outcome.tree.members
        for (name, tree) in [
            ("measurements", measurements.tree), ("cases", cases.tree), ("attempts", attempts.tree),
            ("artifacts", artifacts?.tree ?? .null),
        ] {
            members[name] = .array(tree["items"]?.items ?? [])
        }
        if let jobs { members["jobs"] = .array(jobs.tree["items"]?.items ?? []) }
        if let receipts { members["receipts"] = .array(receipts.flatMap(tree)) }
        return .document("show", members)
    }

    func hostName(_ id: String?) -> String? {
        guard let id else { return nil }
        return hosts.first { $0.id == id }?.name ?? RunReference.short(id)
    }
}
