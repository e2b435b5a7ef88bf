/// A comparison with its rows.
struct ComparedSides: Sendable {
    let comparison: Comparison
    let tree: JSONTree
    let rows: [ComparisonRow]
    let rowTrees: [JSONTree]
    /// When it is a run's own.
    var run: String?
}

/// Finds out what two sides of the command line are, and has them compared.
struct ComparisonRequest {
    let client: APIClient
    let session: Session

    /// What a side turned out to be.
    private enum Side: Equatable {
        case run(String)
        case commit(String)

        var selector: JSONTree {
            switch self {
            case .run(let id): .object(["run": .string(id)])
            case .commit(let hash): .object(["commit": .string(hash)])
            }
        }
    }

    func compare(base: String?, candidate: String?) async throws -> ComparedSides {
        let second: Side
        if let candidate { second = try await side(candidate) } else { second = try await head() }
        guard let base else {
            let run = try await newestRun(of: second)
            guard let own = try await ownComparison(run) else { throw Self.noBase(run) }
            return own
        }
        let first = try await side(base)
        // What was measured together, interleaved, says more than two separate measurements.
        if case .commit(let hash) = first, case .commit = second,
            let run = try? await newestRun(of: second), run.base?.commit == hash,
            let own = try await ownComparison(run)
        {
            return own
        }
        return try await compared(first, second)
    }

    private func compared(_ base: Side, _ candidate: Side) async throws -> ComparedSides {
        let body = JSONTree.object([
            "base": base.selector, "candidate": candidate.selector, "save": false,
        ])
        let reply = try await client.post(
            try session.projectPath("/comparisons"), body, as: ComparisonWithRows.self)
        var members = reply.tree.members
        let trees = members.removeValue(forKey: "rows")?.items ?? []
        return ComparedSides(
            comparison: reply.value.comparison, tree: .object(members),
            rows: reply.value.rows ?? [], rowTrees: trees)
    }

    private func side(_ text: String) async throws -> Side {
        if RunReference.isIdentifier(text.lowercased()) || text.hasPrefix("@last")
            || text.contains("://")
        {
            return .run(try await RunReference(text).resolve(client, session))
        }
        let resolved = try await RevisionReference(text).text(client, session)
        let isDigits = resolved.allSatisfy { $0.isASCII && $0.isHexDigit }
        if resolved == text, isDigits, try await !isMeasured(resolved),
            let reference = try? RunReference(text)
        {
            return .run(try await reference.resolve(client, session))
        }
        if !isDigits { return .run(try await newestRun(ofRef: resolved)) }
        return .commit(resolved)
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

    /// The controller compares runs and commits; a branch's newest run stands for the branch.
    private func newestRun(ofRef name: String) async throws -> String {
        let found = try await runs([QueryField("limit", "200")])
            .first { $0.hasResults && BranchName.short($0.ref) == name }
        guard let found else {
            throw CommandFailure(
                .failed, "no_base", "nothing of `\(name)` was measured",
                try: "fleetmark trigger --commit \(name) --wait, or a commit's hash")
        }
        return found.id
    }

    private func newestRun(of side: Side) async throws -> Run {
        switch side {
        case .run(let id): return try await client.get("/runs/\(id)", as: Run.self).value
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
            rowTrees: outcome.rowTrees, run: run.id)
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
