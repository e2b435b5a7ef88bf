/// A comparison with its rows.
struct ComparedSides: Sendable {
    let comparison: Comparison
    let tree: JSONTree
    let rows: [ComparisonRow]
    let rowTrees: [JSONTree]
    /// When it is a run's own.
    var run: String?
    /// Where the two were asked for by hosts that differ.
    var baseHost: String?
    var candidateHost: String?
    /// Benchmarks of either side that did not end well.
    var unfinished: [BenchmarkCase] = []
}

/// Finds out what two sides of the command line are, and has them compared.
struct ComparisonRequest {
    let client: APIClient
    let session: Session
    var wish = Wish()

    /// What is asked for beside the sides; as usual where nil.
    struct Wish: Equatable {
        var baseHost: String?
        var candidateHost: String?
        /// The text of a policy to try.
        var policy: String?
        var test: String?
        var level: Double?
        var seed: UInt64?
        var acrossHosts = false
    }

    /// What a side turned out to be.
    private enum Side: Equatable {
        case run(String)
        case commit(String)
        case ref(String)
        case release(String)

        func selector(on host: String?) -> JSONTree {
            var members: [String: JSONTree] = [:]
            switch self {
            case .run(let id): return .object(["run": .string(id)])
            case .commit(let hash): members["commit"] = .string(hash)
            case .ref(let name): members["ref"] = .string(name)
            case .release(let name): members["release"] = .string(name)
            }
            members["host"] = host.map { .string($0) }
            return .object(members)
        }
    }

    func compare(base: String?, candidate: String?) async throws -> ComparedSides {
        let second: Side
        if let candidate { second = try await side(candidate) } else { second = try await head() }
        guard let base else {
            let run = try await newestRun(of: second)
            if wish == Wish() {
                guard let own = try await ownComparison(run) else { throw Self.noBase(run) }
                return own
            }
            guard let commit = run.base?.commit else { throw Self.noBase(run) }
            // With a host it is the candidate's newest run there, which may be another one.
            return try await compared(
                .commit(commit), wish.candidateHost == nil ? .run(run.id) : second)
        }
        return try await compared(try await side(base), second)
    }

    private func compared(_ base: Side, _ candidate: Side) async throws -> ComparedSides {
        if wish.baseHost != wish.candidateHost {
            try Self.check(base, on: wish.baseHost, "--base-host")
            try Self.check(candidate, on: wish.candidateHost, "--candidate-host")
        }
        let path = "/comparisons" + (wish.acrossHosts ? "?across_hosts=ratio" : "")
        let body = JSONTree.members([
            "base": base.selector(on: wish.baseHost),
            "candidate": candidate.selector(on: wish.candidateHost), "save": false,
            "policy": wish.policy.map { .object(["text": .string($0)]) },
            "test": wish.test.map { .string($0) }, "level": wish.level.map { .number($0) },
            "seed": wish.seed.map { .large($0) },
        ])
        let reply = try await client.post(
            try session.projectPath(path), body, as: ComparisonWithRows.self)
        var members = reply.tree.members
        let trees = members.removeValue(forKey: "rows")?.items ?? []
        var sides = ComparedSides(
            comparison: reply.value.comparison, tree: .object(members),
            rows: reply.value.rows ?? [], rowTrees: trees)
        let runs = [sides.comparison.base, sides.comparison.candidate]
            .compactMap { $0?.runIds?.first }
        sides.run = sides.comparison.candidate?.runIds?.first
        sides.unfinished = try await unfinished(runs)
        if wish.baseHost != wish.candidateHost {
            sides.baseHost = wish.baseHost
            sides.candidateHost = wish.candidateHost
        }
        return sides
    }

    /// A run has its host, and no other one can be asked for.
    private static func check(
        _ side: Side, on host: String?, _ option: String
    ) throws(CommandFailure) {
        guard host != nil, case .run = side else { return }
        throw .usage(
            "\(option) chooses among the runs of a commit, a branch or a tag, and this is a run",
            try: "leave it out, or name the commit")
    }

    /// Of several runs, each once.
    private func unfinished(_ runs: [String]) async throws -> [BenchmarkCase] {
        var found: [BenchmarkCase] = []
        for run in runs {
            let page = try await client.get("/runs/\(run)/cases", as: ReplyPage<BenchmarkCase>.self)
            found += page.value.items.filter { $0.state != "ok" && !found.contains($0) }
        }
        return found
    }

    private func side(_ text: String) async throws -> Side {
        if let name = Self.name(text, after: "tag:") { return .release(name) }
        if Self.name(text, after: "baseline:") != nil {
            throw CommandFailure.usage(
                "this version has no named baselines", try: "name a run, a commit, or tag:NAME")
        }
        if RunReference.isIdentifier(text.lowercased()) || text.hasPrefix("@last")
            || text.contains("://")
        {
            return .run(try await RunReference(text).resolve(client, session))
        }
        let resolved = try await RevisionReference(text).text(client, session)
        let isDigits = resolved.allSatisfy { $0.isASCII && $0.isHexDigit }
        guard isDigits else { return .ref(resolved) }
        if resolved == text, try await !isMeasured(resolved),
            let reference = try? RunReference(text)
        {
            return .run(try await reference.resolve(client, session))
        }
        return .commit(resolved)
    }

    private static func name(_ text: String, after prefix: String) -> String? {
        guard text.hasPrefix(prefix), text.count > prefix.count else { return nil }
        return String(text.dropFirst(prefix.count))
    }

    /// The commit that the working copy is at; elsewhere the newest run stands for it.
    private func head() async throws -> Side {
        if let copy = try await RevisionReference.workingCopy(client, session),
            let hash = await copy.commit("HEAD")
        {
            return .commit(hash)
        }
        guard let newest = try await runs([QueryField("limit", "200")]).first(where: \.hasResults)
        else {
            throw CommandFailure(
                .failed, "no_base", "the project has no finished run",
                try: "fleetmark trigger --commit REV --wait")
        }
        session.note("no working copy of the project here: the newest run stands for HEAD")
        return .run(newest.id)
    }

    private func isMeasured(_ hash: String) async throws -> Bool {
        try await !runs([QueryField("commit", hash), QueryField("limit", "1")]).isEmpty
    }

    private func runs(_ query: [QueryField]) async throws -> [Run] {
        let path = try session.projectPath("/runs")
        return try await client.get(path, query, as: ReplyPage<Run>.self).value.items
    }

    private func newestRun(of side: Side) async throws -> Run {
        switch side {
        case .run(let id): return try await client.get("/runs/\(id)", as: Run.self).value
        case .ref(let name), .release(let name):
            guard
                let run = try await runs([QueryField("limit", "200")]).first(where: {
                    $0.hasResults && BranchName.short($0.ref) == name
                })
            else {
                throw CommandFailure(
                    .failed, "no_base", "nothing of `\(name)` was measured",
                    try: "fleetmark trigger --commit \(name) --wait, or a commit's hash")
            }
            return run
        case .commit(let hash):
            let found = try await runs([QueryField("commit", hash), QueryField("limit", "50")])
            guard let run = found.first(where: \.hasResults) else {
                throw CommandFailure(
                    .failed, "no_base", "commit \(Readable.commit(hash)) was not measured",
                    try: "fleetmark trigger --commit \(Readable.commit(hash)) --wait")
            }
            return run
        }
    }

    private func ownComparison(_ run: Run) async throws -> ComparedSides? {
        guard run.hasResults else { return nil }
        let outcome = try await RunOutcome.read(
            RequestWatch.Seen(run: run, tree: .null), client)
        guard let comparison = outcome.comparison else { return nil }
        return ComparedSides(
            comparison: comparison.value, tree: comparison.tree, rows: outcome.rows,
            rowTrees: outcome.rowTrees, run: run.id, unfinished: outcome.failedCases)
    }

    private static func noBase(_ run: Run) -> CommandFailure {
        CommandFailure(
            .failed, "no_base", "run \(RunReference.short(run.id)) was compared with nothing",
            try: "name a base: fleetmark compare A \(RunReference.short(run.id))")
    }
}

/// The reply to a comparison that is not kept.
private struct ComparisonWithRows: Decodable, Sendable {
    let comparison: Comparison
    let rows: [ComparisonRow]?

    private enum Key: String, CodingKey {
        case rows
    }

    init(from decoder: any Decoder) throws {
        comparison = try Comparison(from: decoder)
        rows = try decoder.container(keyedBy: Key.self)
            .decodeIfPresent([ComparisonRow].self, forKey: .rows)
    }
}
