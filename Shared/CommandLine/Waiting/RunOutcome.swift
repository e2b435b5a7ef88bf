/// An ended run with what was decided about it.
struct RunOutcome: Sendable {
    let run: Run
    let runTree: JSONTree
    /// Nothing when the run had nothing to be compared with, or measured nothing.
    var comparison: Reply<Comparison>?
    var rows: [ComparisonRow] = []
    var rowTrees: [JSONTree] = []
    /// What did not end well of a run that did not succeed as a whole.
    var failedCases: [BenchmarkCase] = []
    /// Cells of its matrix that have no results.
    var stoppedCells: [Job] = []

    /// The rows that are judged.
    var judged: [ComparisonRow] { rows.filter(\.isWatched) }

    /// What was lost since the pinned baseline, by changes that may each have been too small.
    var crept: [String] {
        (comparison?.value.warnings ?? []).filter { $0.reason == "pinned_regressed" }
            .compactMap { $0.text.map(PlainLine.text) }
    }

    static func read(_ seen: RequestWatch.Seen, _ client: APIClient) async throws -> RunOutcome {
        var outcome = RunOutcome(run: seen.run, runTree: seen.tree)
        if seen.run.isOver, seen.run.state != "succeeded" {
            outcome.stoppedCells = try await stoppedCells(of: seen.run, client)
        }
        guard seen.run.hasResults else { return outcome }
        if seen.run.state != "succeeded" {
            let page = try await client.get(
                "/runs/\(seen.run.id)/cases", as: ReplyPage<BenchmarkCase>.self)
            outcome.failedCases = page.value.items.filter { $0.state != "ok" }
        }
        do {
            outcome.comparison = try await client.get("/runs/\(seen.run.id)/comparison")
        } catch let failure as CommandFailure where failure.isNotFound {
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

    /// None of a run without a matrix, and of a controller that lists no jobs.
    private static func stoppedCells(of run: Run, _ client: APIClient) async throws -> [Job] {
        do {
            return try await client.get("/runs/\(run.id)/jobs", as: ReplyPage<Job>.self)
                .value.items.filter { $0.isStopped && !$0.cellText.isEmpty }
        } catch let failure as CommandFailure where failure.isNotFound {
            return []
        }
    }

    /// With `--json`.
    var tree: JSONTree {
        .members([
            "run": runTree, "comparison": comparison?.tree,
            "rows": comparison == nil ? nil : .array(rowTrees),
            "stopped_cells": stoppedCells.isEmpty
                ? nil
                : .array(
                    stoppedCells.map { job in
                        .members([
                            "cell": .object((job.cell ?? [:]).mapValues { .string($0) }),
                            "state": job.state.map { .string($0) },
                            "reason": .string(job.reason),
                        ])
                    }),
        ])
    }
}

extension CommandFailure {
    /// Also of a controller of an earlier version, which does not know the address.
    var isNotFound: Bool { code == "not_found" || code == "http_404" }
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
            || measured.contains(where: { $0.run.state != "succeeded" })
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
