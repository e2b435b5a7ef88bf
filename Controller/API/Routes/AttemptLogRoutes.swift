package import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Attempts and their logs, for people (API contract, §3.3).
package struct AttemptLogRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let runs: RunStore
    let logs: LogStore
    let artifacts: ArtifactStore
    let polls: LongPolls
    let streams: EventStreams

    package init(
        projects: ProjectStore, runs: RunStore, logs: LogStore, artifacts: ArtifactStore,
        polls: LongPolls, streams: EventStreams
    ) {
        self.projects = projects
        self.runs = runs
        self.logs = logs
        self.artifacts = artifacts
        self.polls = polls
        self.streams = streams
    }

    package var subject: String { "Attempts" }

    package var routes: [Route<Context>] {
        Route.get("runs/:run/attempts", "Attempts of a run, oldest first", by: .visible, use: list)
            .gives(.page(.attempt))
        Route.get("jobs/:job/attempts", "Attempts of a job", by: .visible, use: listOfJob)
            .gives(.page(.attempt))
        Route.get("attempts/:attempt", "An attempt with its timeline", by: .visible, use: read)
            .gives(.attempt)
        Route.get("attempts/:attempt/log", "A part of an attempt's log", by: .visible, use: log)
            .takes(
                .one("offset", .integer(from: 0), "The first byte."),
                .one("limit_bytes", .integer(1...(1 << 20)), "At most so many bytes."),
                .one("tail", .integer(1...(1 << 20)), "The last bytes, whatever the offset."),
                .one("wait_s", .integer(0...50), "Waits so long for more.")
            )
            .gives(as: ["text/plain": .text])
            .gives(nothing: .noContent, "Past the present end.")
            .refuses(.pathNotInLog, .credentialsMissing, .scopeMissing)
        Route.get(
            "attempts/:attempt/log/events", "An attempt's log as it grows", by: .visible,
            use: events
        )
        .takes(.one("offset", .integer(from: 0), "The first byte."))
        .heeds("Last-Event-ID", "Where a stream broke off; it stands before the offset.")
        .gives(as: ["text/event-stream": .text])
        .refuses(
            .pathNotInLog, .badHeader, .tooManyStreams, .credentialsMissing, .scopeMissing)
    }

    /// Raised whenever the attempt's log grows or its state changes.
    package static func topic(of attempt: AttemptID) -> LongPolls.Topic {
        LongPolls.Topic("attempt/\(attempt)")
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    /// 200: oldest first.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let id: RunID = try context.pathIdentifier("run")
        guard let run = try await runs.run(id) else { throw Self.unknown }
        _ = try await access.require(.read, on: run.project, in: context)
        return try await replies(try await runs.attempts(of: id), of: id)
    }

    /// 200: oldest first.
    @Sendable private func listOfJob(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let id: JobID = try context.pathIdentifier("job")
        guard let job = try await runs.job(id) else { throw Self.unknown }
        _ = try await access.require(.read, on: job.project, in: context)
        return try await replies(
            try await runs.attempts(of: job.run).filter { $0.job == id }, of: job.run)
    }

    private func replies(_ attempts: [AttemptRecord], of run: RunID) async throws -> JSONValue {
        let left = Dictionary(
            grouping: try await artifacts.artifacts(of: run), by: \.attempt)
        let items = attempts.map { JSONValue($0, artifacts: left[$0.id] ?? []) }
        return .object(["items": .array(items), "next_cursor": .null])
    }

    /// 200 with the timeline; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let attempt = try await visible(context)
        let left = try await artifacts.artifacts(of: attempt.run).filter {
            $0.attempt == attempt.id
        }
        return JSONValue(
            attempt, timeline: try await runs.timeline(of: attempt.id), artifacts: left)
    }

    private func visible(
        _ context: Context, toMembersOnly: Bool = false
    ) async throws -> AttemptRecord {
        let id: AttemptID = try context.pathIdentifier("attempt")
        guard let attempt = try await runs.attempt(id) else { throw Self.unknown }
        let project = try await access.require(.read, on: attempt.project, in: context)
        if toMembersOnly { try context.require(.read, onProject: project.name) }
        return attempt
    }

    private static var unknown: APIError { ProjectAccess.unknownObject }

    /// 200 bytes; 204 past the present end; 404 `path_not_in_log` past the end of a whole log.
    ///
    /// Logs are for members, also those of public projects (API contract, §2, `public_logs`).
    @Sendable private func log(_ request: Request, _ context: Context) async throws -> Response {
        let attempt = try await visible(context, toMembersOnly: true)
        let query = try QueryParameters(request)
        let limit = try query.integer("limit_bytes", in: 1...(1 << 20)) ?? 256 << 10
        var offset = Int64(try query.integer("offset", in: 0...Int.max) ?? 0)
        if let tail = try query.integer("tail", in: 1...(1 << 20)) {
            offset = max(0, attempt.logBytes - Int64(tail))
        }
        let wait = try query.patience(in: context)
        context.deadline.extend(to: TimeLimits.longPoll(waiting: wait))
        let start = offset
        let slice = try await polls.hold(for: [Self.topic(of: attempt.id)], upTo: wait) {
            let slice = try await logs.slice(of: attempt.id, from: start, limit: limit)
            return slice.flatMap { !$0.bytes.isEmpty || $0.isComplete ? $0 : nil }
        }
        guard let slice else { return Response(status: .noContent) }
        guard offset <= slice.length else {
            throw APIError(.pathNotInLog, "The log ends at byte \(slice.length).")
        }
        return Self.response(slice)
    }

    /// 200 `text/event-stream`: the log from `Last-Event-ID` or `offset` on, and what is added.
    @Sendable private func events(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let attempt = try await visible(context, toMembersOnly: true)
        let start = try LogFollower.start(of: request)
        guard !attempt.logIsComplete || start <= attempt.logBytes else {
            throw APIError(.pathNotInLog, "The log ends at byte \(attempt.logBytes).")
        }
        guard request.method != .head else {
            return Response(status: .ok, headers: EventStreams.headers)
        }
        let follower = LogFollower(attempt: attempt.id, runs: runs, logs: logs, polls: polls)
        return try streams.response(of: Self.owner(context.caller)) { position, patience in
            try await follower.next(from: position ?? start, within: patience)
        }
    }

    private static func owner(_ caller: Caller) -> String {
        if case .key(let key) = caller { key.id } else { "" }
    }

    private static func response(_ slice: LogStore.Slice) -> Response {
        // As bytes: a slice may end inside a character, which the next one completes.
        Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; charset=utf-8",
                HeaderName.name("Fleetmark-Log-Offset"): "\(slice.offset)",
                HeaderName.name("Fleetmark-Log-Length"): "\(slice.length)",
                HeaderName.name("Fleetmark-Log-Complete"): "\(slice.isComplete)",
            ], body: .init(byteBuffer: ByteBuffer(bytes: slice.bytes)))
    }
}
