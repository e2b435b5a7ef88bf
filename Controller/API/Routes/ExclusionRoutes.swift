import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Takes results of a run out of their series, and puts them back (API contract, §3.3).
package struct ExclusionRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let revisions: RevisionStore

    package init(projects: ProjectStore, runs: RunStore, revisions: RevisionStore) {
        self.projects = projects
        self.runs = runs
        self.revisions = revisions
    }

    package var subject: String { "Runs" }

    package var routes: [Route<Context>] {
        Route.post(
            "runs/:run/exclude", "Takes results out of their series", by: .scope(.promote),
            use: exclude
        ).reads(Self.form).gives(.run, "Series are analysed again in the background.")
            .refuses(.unknownBenchmark, .stateConflict, .outOfRange)
        Route.post(
            "runs/:run/include", "Puts them back", by: .scope(.promote), use: include
        ).reads(Self.form).gives(.run, "Series are analysed again in the background.")
            .refuses(.unknownBenchmark, .stateConflict, .outOfRange)
    }

    private static var form: JSONSchema {
        .body(["benchmarks?": .list(.text, most: 500), "reason": .text(1...500)])
    }

    private struct ChangeRequest: Decodable {
        let benchmarks: [String]?
        let reason: String
    }

    /// 200; 404 `unknown_benchmark`, 409 `state_conflict` for a run of an uncommitted change.
    @Sendable private func exclude(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try await change(request, context, isExcluded: true)
    }

    /// 200; 404 `unknown_benchmark`, 409 `state_conflict` for a run of an uncommitted change.
    @Sendable private func include(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try await change(request, context, isExcluded: false)
    }

    private func change(
        _ request: Request, _ context: Context, isExcluded: Bool
    ) async throws -> JSONValue {
        let id: RunID = try context.pathIdentifier("run")
        let key = try context.require(anywhere: .promote)
        _ = try await ProjectAccess(projects: projects).run(
            id, of: runs, for: .promote, in: context)
        let body = try await request.decodeBody(ChangeRequest.self, context: context)
        guard let reason = try GivenReason.checked(body.reason) else {
            throw APIError(.outOfRange, "Say why.", details: ["pointer": "/reason"])
        }
        guard (body.benchmarks?.count ?? 0) <= 500 else {
            throw APIError(
                .outOfRange, "At most 500 benchmarks are named.",
                details: ["pointer": "/benchmarks"])
        }
        let stored = try await named {
            try await runs.exclusions.store(
                .init(
                    run: id, benchmarks: body.benchmarks ?? [], isExcluded: isExcluded,
                    reason: reason, author: (key.name, key.id)))
        }
        guard let run = try await runs.run(id) else { throw ProjectAccess.unknownObject }
        let known = try await revisions.revisions([run.commit], in: run.repository)
        return JSONValue(
            run, revision: known[run.commit], jobs: try await runs.jobs(of: id),
            quality: try await runs.quality(of: id), exclusions: stored)
    }

    /// What stands in the way, in the words of the API.
    private func named<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch ExclusionStore.Refusal.unknownBenchmark(let name) {
            throw APIError(.unknownBenchmark, "The run has no results of \(name).")
        } catch ExclusionStore.Refusal.patched {
            throw APIError(
                .stateConflict, "A change that nobody committed stands in no series anyway.")
        }
    }
}
