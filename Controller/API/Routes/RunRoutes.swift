import CrashPoints
package import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Runs and requests: read, wait for, cancel (API contract, §3.3).
package struct RunRoutes<Context: FleetContext>: DescribedRoutes {
    let stores: Stores
    let polls: LongPolls
    let cursors: CursorCodec
    /// Without a word for so long a host takes nothing.
    let unreachable: Duration

    package struct Stores: Sendable {
        let projects: ProjectStore
        let runs: RunStore
        let revisions: RevisionStore
        let cancels: CancelStore
        let hosts: HostStore

        package init(
            projects: ProjectStore, runs: RunStore, revisions: RevisionStore,
            cancels: CancelStore, hosts: HostStore
        ) {
            self.projects = projects
            self.runs = runs
            self.revisions = revisions
            self.cancels = cancels
            self.hosts = hosts
        }
    }

    package init(
        stores: Stores, polls: LongPolls, cursors: CursorCodec, unreachable: Duration
    ) {
        self.stores = stores
        self.polls = polls
        self.cursors = cursors
        self.unreachable = unreachable
    }

    package var subject: String { "Runs" }

    package var routes: [Route<Context>] {
        Route.get("projects/:project/runs", "Runs", by: .visible, use: list)
            .takes(
                .one("state", .words(JobState.self), "How far it is."),
                .one("commit", .text(7...64), "Its beginning suffices."),
                .one("host_class", "On which hosts."),
                .one("decision", .words(Decision.self), "What was decided."),
                .each("label", "KEY is a label of the run; given again, either value will do.")
            )
            .takes(.paging)
            .gives(.page(.run), "Newest first.")
            .refuses(.badCursor, .cursorMismatch)
        Route.get("runs/:run", "A run", by: .visible, use: read)
            .takes(LongPollQuery.parameters).gives(.run)
            .gives(nothing: .noContent, "Unchanged so far.")
        Route.get("runs/:run/jobs", "Its jobs", by: .visible, use: jobs).gives(.page(.job))
        Route.get("requests/:request", "A request", by: .visible, use: readRequest)
            .takes(LongPollQuery.parameters).gives(.measuringRequest)
            .gives(nothing: .noContent, "Unchanged so far.")
        Route.post("runs/:run/cancel", "Ends a run", by: .scope(.write), use: cancelRun)
            .reads(.cancelBody).gives(.accepted, .run).refuses(.terminal)
        Route.post("requests/:request/cancel", "Ends it", by: .scope(.write), use: cancelRequest)
            .reads(.cancelBody).gives(.accepted, .measuringRequest).refuses(.terminal)
        Route.post("jobs/:job/cancel", "Ends a job", by: .scope(.write), use: cancelJob)
            .reads(.cancelBody).gives(.accepted, .job).refuses(.terminal)
        Route.get("jobs/:job", "A job", by: .visible, use: readJob).gives(.job)
        Route.get("queue", "Open jobs", by: .scope(.read), use: queue)
            .gives(.page(.job), "In the order of their claims.")
    }

    private var access: ProjectAccess { ProjectAccess(projects: stores.projects) }

    /// Raised whenever the run changes.
    package static func topic(of run: RunID) -> LongPolls.Topic { LongPolls.Topic("run/\(run)") }

    /// 200: newest first.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let project = try await access.project(in: context, for: .read)
        let query = try QueryParameters(request)
        var filter = RunStore.Filter()
        filter.project = project.id
        filter.state = try query.word("state")
        filter.decision = try query.word("decision")
        filter.commit = try query.commitPrefix("commit")
        filter.hostClass = try query.single("host_class")
        for pair in query.pairs where pair.name.hasPrefix("label.") {
            filter.labels[String(pair.name.dropFirst(6)), default: []].insert(pair.value)
        }
        let binding = "runs \(project.id) \(filter.hashText)"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        if let after = page.after?.values, after.count == 2, let time = Int64(after[0]),
            let id = RunID(after[1])
        {
            filter.after = RunStore.Position(
                createdAt: ServerTime(microseconds: time), run: id)
        }
        let found = try await stores.runs.runs(filter, limit: page.limit + 1)
        let shown = Array(found.prefix(page.limit))
        var next: JSONValue = .null
        if found.count > page.limit, let last = shown.last,
            let cursor = cursors.cursor(
                at: ListPosition(["\(last.createdAt.microseconds)", last.id.text]),
                binding: binding)
        {
            next = .string(cursor)
        }
        return .object(["items": .array(try await replies(shown)), "next_cursor": next])
    }

    private func replies(_ runs: [RunRecord]) async throws -> [JSONValue] {
        var replies: [JSONValue] = []
        let byRepository = Dictionary(grouping: runs, by: \.repository)
        var known: [CommitHash: RevisionStore.Revision] = [:]
        for (repository, runs) in byRepository {
            known.merge(
                try await stores.revisions.revisions(runs.map(\.commit), in: repository)
            ) { first, _ in first }
        }
        for run in runs { replies.append(JSONValue(run, revision: known[run.commit])) }
        return replies
    }

    /// 200, or 204 after `wait_s` without a change past `after`; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        let id: RunID = try context.pathIdentifier("run")
        _ = try await access.run(id, of: stores.runs, for: .read, in: context)
        let wait = try LongPollQuery(request, in: context)
        context.deadline.extend(to: TimeLimits.longPoll(waiting: wait.limit))
        let found = try await polls.hold(for: [Self.topic(of: id)], upTo: wait.limit) {
            let run = try await stores.runs.run(id)
            return run.flatMap { $0.revision > wait.after ? $0 : nil }
        }
        guard let found else { return Response(status: .noContent) }
        let known = try await stores.revisions.revisions([found.commit], in: found.repository)
        let jobs = try await stores.runs.jobs(of: id)
        let reply = JSONValue(
            found, revision: known[found.commit], jobs: jobs,
            quality: try await stores.runs.quality(of: id),
            exclusions: try await stores.runs.exclusions.exclusions(of: id))
        return reply.response(from: request, context: context)
    }

    /// 200, or 204 after `wait_s`; its runs stand in the order of the request.
    @Sendable private func readRequest(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let id: FleetModel.RequestID = try context.pathIdentifier("request")
        guard let stored = try await stores.runs.request(id) else { throw Self.unknown }
        _ = try await access.require(.read, on: stored.project, in: context)
        let wait = try LongPollQuery(request, in: context)
        context.deadline.extend(to: TimeLimits.longPoll(waiting: wait.limit))
        let topics = Set(stored.runs.map { Self.topic(of: $0.id) })
        let found = try await polls.hold(for: topics, upTo: wait.limit) {
            let stored = try await stores.runs.request(id)
            return stored.flatMap { $0.revision > wait.after ? $0 : nil }
        }
        guard let found else { return Response(status: .noContent) }
        return JSONValue(found).response(from: request, context: context)
    }

    private struct CancelRequest: Decodable {
        let mode: String?
        let reason: String?
    }

    /// 202; 409 `terminal`.
    @Sendable private func cancelRun(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let id: RunID = try context.pathIdentifier("run")
        let key = try context.require(anywhere: .write)
        _ = try await access.run(id, of: stores.runs, for: .write, in: context)
        try await cancel(.run(id), by: key, request, context)
        guard let run = try await stores.runs.run(id) else { throw Self.unknown }
        return Self.accepted(JSONValue(run, revision: nil))
    }

    /// 202; 409 `terminal` when every run has ended.
    @Sendable private func cancelRequest(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let id: FleetModel.RequestID = try context.pathIdentifier("request")
        let key = try context.require(anywhere: .write)
        guard let stored = try await stores.runs.request(id) else { throw Self.unknown }
        _ = try await access.require(.write, on: stored.project, in: context)
        try await cancel(.request(id), by: key, request, context)
        guard let after = try await stores.runs.request(id) else { throw Self.unknown }
        return Self.accepted(JSONValue(after))
    }

    /// 202; 409 `terminal`. The other jobs of its run go on.
    @Sendable private func cancelJob(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let id: JobID = try context.pathIdentifier("job")
        let key = try context.require(anywhere: .write)
        guard let job = try await stores.runs.job(id) else { throw Self.unknown }
        _ = try await access.require(.write, on: job.project, in: context)
        try await cancel(.job(id), by: key, request, context)
        return Self.accepted(try await reply(id))
    }

    private func cancel(
        _ scope: CancelStore.Scope, by key: KeyIdentity, _ request: Request, _ context: Context
    ) async throws {
        let body = try await request.decodeBody(CancelRequest.self, context: context)
        guard let mode = CancelMode(rawValue: body.mode ?? "graceful"), mode != .none else {
            throw APIError(
                .outOfRange, "The mode is graceful or now.", details: ["pointer": "/mode"])
        }
        let reason = try GivenReason.checked(body.reason)
        CrashPoint.cancelStoring.reach()
        try await stores.cancels.cancel(
            scope, mode: mode, by: key.name, because: reason, auditedAs: key.id)
        CrashPoint.cancelStored.reach()
    }

    /// 200; 404.
    @Sendable private func readJob(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let id: JobID = try context.pathIdentifier("job")
        guard let job = try await stores.runs.job(id) else { throw Self.unknown }
        _ = try await access.require(.read, on: job.project, in: context)
        return try await reply(id)
    }

    private func reply(_ id: JobID) async throws -> JSONValue {
        guard let job = try await stores.runs.job(id) else { throw Self.unknown }
        let attempts = try await stores.runs.attempts(of: job.run).filter { $0.job == id }
        return JSONValue(job, attempts: attempts, in: try await fleet())
    }

    private func fleet() async throws -> WaitingFleet {
        try await stores.hosts.waitingFleet(unreachable: unreachable)
    }

    /// 200: one for each cell of the matrix, in its order; 404.
    @Sendable private func jobs(_ request: Request, _ context: Context) async throws -> JSONValue {
        let id: RunID = try context.pathIdentifier("run")
        _ = try await access.run(id, of: stores.runs, for: .read, in: context)
        let attempts = Dictionary(
            grouping: try await stores.runs.attempts(of: id), by: \.job)
        let fleet = try await fleet()
        let items = try await stores.runs.jobs(of: id).map {
            JSONValue($0, attempts: attempts[$0.id] ?? [], in: fleet)
        }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    /// 200: open jobs in the order of their claims.
    @Sendable private func queue(_ request: Request, _ context: Context) async throws -> JSONValue {
        let key = try context.require(anywhere: .read)
        var items: [JSONValue] = []
        let fleet = try await fleet()
        for job in try await stores.runs.queue(limit: 200) {
            guard let project = try await stores.projects.project(job.project.text),
                key.scopes(on: project.name).contains(.read)
            else { continue }
            items.append(JSONValue(job, attempts: [], in: fleet))
        }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    private static var unknown: APIError { ProjectAccess.unknownObject }

    private static func accepted(_ value: JSONValue) -> Response {
        Response(
            status: .accepted, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }
}
