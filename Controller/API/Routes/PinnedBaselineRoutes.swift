import CommitGraph
import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// The commit or release that a project's runs are held against over a long time (API contract,
/// §3.4).
package struct PinnedBaselineRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let series: SeriesStore
    let submitter: RunSubmitter

    package init(projects: ProjectStore, series: SeriesStore, submitter: RunSubmitter) {
        self.projects = projects
        self.series = series
        self.submitter = submitter
    }

    package var subject: String { "Policies" }

    private static var path: String { "projects/:project/pinned-baseline" }

    package var routes: [Route<Context>] {
        Route.get(Self.path, "What runs are held against over a long time", by: .visible, use: read)
            .gives(.pinnedBaseline, "Without a commit where nothing is pinned.")
        Route.put(Self.path, "Pins a commit or a release", by: .scope(.promote), use: put)
            .reads(
                .body([
                    "commit?": .text, "release?": .text, "repository?": .text,
                    "host_class?": .text, "note?": .text(0...1000),
                ])
            ).matching().gives(.pinnedBaseline)
            .refuses(
                .oneOfRequired, .unknownRef, .unknownRepository, .remoteUnreachable,
                .remoteAuthFailed, .remoteTimeout)
        Route.delete(Self.path, "Pins nothing any more", by: .scope(.promote), use: remove)
            .matching().gives(nothing: .noContent, "What was pinned stays in the history.")
    }

    private var access: ProjectAccess { ProjectAccess(projects: projects) }

    /// 200 with `ETag`.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        try await reply(try await access.project(in: context, for: .read))
    }

    private struct PutRequest: Decodable {
        let commit: String?
        let release: String?
        let repository: String?
        let hostClass: String?
        let note: String?

        private enum CodingKeys: String, CodingKey {
            case commit, release, repository, note
            case hostClass = "host_class"
        }

        /// What names the commit in a repository.
        func revision() throws(APIError) -> String {
            guard (commit == nil) != (release == nil) else {
                throw APIError(
                    .oneOfRequired, "Pin a commit or a release.", details: ["pointer": ""])
            }
            return release.map { "refs/tags/" + $0 } ?? commit ?? ""
        }
    }

    /// 200; 404 `unknown_ref`, 412, 422, 428. What is pinned already is no change.
    @Sendable private func put(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.requireKey()
        let project = try await access.project(in: context, for: .promote)
        let body = try await request.decodeBody(PutRequest.self, context: context)
        if let note = body.note, note.utf8.count > 1_000 {
            throw CompareRequest.outOfRange("/note", "A note has at most 1,000 bytes.")
        }
        let version = try await seen(request, project)
        let (commit, repository) = try await resolved(
            try body.revision(), in: body.repository, of: project)
        try await series.pins.put(
            .init(
                repository: repository, commit: commit, release: body.release,
                hostClass: body.hostClass),
            .init(
                project: project, version: version, note: body.note,
                author: (key.name, key.id)))
        return try await reply(project)
    }

    /// 204; 404 where nothing is pinned, 412, 428.
    @Sendable private func remove(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.requireKey()
        let project = try await access.project(in: context, for: .promote)
        guard try await series.pins.pin(of: project.id) != nil else {
            throw ProjectAccess.unknownObject
        }
        try await series.pins.put(
            nil,
            .init(
                project: project, version: try await seen(request, project), note: nil,
                author: (key.name, key.id)))
        return Response(status: .noContent)
    }

    /// The version that the caller saw, which is still the newest.
    private func seen(_ request: Request, _ project: ProjectStore.Project) async throws -> Int64 {
        let version = try await series.pins.history(of: project.id).first?.version ?? 0
        try request.requireMatch(.version(version))
        return version
    }

    private func resolved(
        _ text: String, in name: String?, of project: ProjectStore.Project
    ) async throws -> (CommitHash, RepositoryID) {
        let all = try await projects.repositories(of: project.id)
        let wanted = name.map { name in all.filter { $0.name == name } } ?? all
        var failure: any Error = APIError(
            .unknownRepository, "The project has no such repository.")
        for repository in wanted {
            do {
                return (try await submitter.revision(text, of: repository).commit, repository.id)
            } catch let other as CommitGraphFailure {
                failure = other
            }
        }
        throw failure
    }

    private func reply(_ project: ProjectStore.Project) async throws -> Response {
        let history = try await series.pins.history(of: project.id)
        let pin = history.first?.pin
        var count = 0
        if let pin {
            count = try await series.seriesCount(
                of: pin.commit, hostClass: pin.hostClass, in: project.id)
        }
        return PolicyReply.response(
            PinnedReply.value(history, measured: count), revision: history.first?.version ?? 0)
    }
}
