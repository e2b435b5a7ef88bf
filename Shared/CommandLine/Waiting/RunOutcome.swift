/// An ended run with what was decided about it.
struct RunOutcome: Sendable {
    let run: Run
    let runTree: JSONTree
    /// Nothing when the run had nothing to be compared with, or measured nothing.
    var comparison: Reply<Comparison>?
    var rows: [ComparisonRow] = []
    var rowTrees: [JSONTree] = []
    /// Of a run that is partial: what did not end well.
    var failedCases: [BenchmarkCase] = []

    /// The rows that are judged.
    var judged: [ComparisonRow] { rows.filter(\.isWatched) }

    static func read(_ seen: RequestWatch.Seen, _ client: APIClient) async throws -> RunOutcome {
        var outcome = RunOutcome(run: seen.run, runTree: seen.tree)
        guard seen.run.hasResults else { return outcome }
        if seen.run.state == "partial" {
            let page = try await client.get(
                "/runs/\(seen.run.id)/cases", as: ReplyPage<BenchmarkCase>.self)
            outcome.failedCases = page.value.items.filter { $0.state != "ok" }
        }
        do {
            outcome.comparison = try await client.get("/runs/\(seen.run.id)/comparison")
        } catch let failure as CommandFailure where failure.code == "not_found" {
            return outcome
        }
        if let id = outcome.comparison?.value.id {
            let page = try await client.get(
                "/comparisons/\(id)/rows", as: ReplyPage<ComparisonRow>.self)
            outcome.rows = page.value.items
            outcome.rowTrees = page.tree["items"]?.items ?? []
        }
        return outcome
    }

    /// With `--json`.
    var tree: JSONTree {
        .members([
            "run": runTree, "comparison": comparison?.tree,
            "rows": comparison == nil ? nil : .array(rowTrees),
        ])
    }
}

extension RunOutcome {
    /// The exit status of several runs together.
    static func status(
        of outcomes: [RunOutcome], _ failOn: FailOn, isCompared: Bool
    ) -> CommandStatus {
        let measured = outcomes.filter(\.run.hasResults)
        guard !measured.isEmpty else { return .failed }
        var found: Set<FailOn.Finding> = []
        if measured.count < outcomes.count
            || measured.contains(where: { $0.run.state == "partial" })
        {
            found.insert(.partial)
        }
        for outcome in measured {
            found.formUnion(FailOn.Finding.found(in: outcome.rows))
            if isCompared, outcome.comparison == nil { found.insert(.unclear) }
        }
        return CommandStatus.resolve(failOn.status(found))
    }
}
