import CommitGraph
package import FleetModel
package import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// Projects and their repositories (API contract, §3.2).
package struct ProjectRoutes<Context: FleetContext>: RouteGroup {
    let projects: ProjectStore
    let submitter: RunSubmitter
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, submitter: RunSubmitter, now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.submitter = submitter
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("projects", use: create).get("projects", use: list)
        router.get("projects/:project", use: read)
        router.get("projects/:project/repositories", use: repositories)
        router.post("projects/:project/repositories", use: addRepository)
    }

    private struct CreateRequest: Decodable {
        let name: String
        let title: String?
        let visibility: String?
        let default_branch: String?
        let repository: RepositoryRequest?
    }

    private struct RepositoryRequest: Decodable {
        let name: String?
        let url: String
        let forge: String?
        let default_branch: String?
    }

    /// 201; 409 `name_taken`, 502 `remote_unreachable remote_auth_failed remote_timeout`.
    @Sendable private func create(_ request: Request, _ context: Context) async throws -> Response {
        try context.require(.admin)
        let body = try await request.decodeBody(CreateRequest.self, context: context)
        guard Self.isName(body.name) else {
            throw APIError(
                .outOfRange, "A project's name is 1 to 64 of a–z, 0–9, '.', '_' and '-'.",
                details: ["pointer": "/name"])
        }
        let visibility = body.visibility ?? "private"
        guard ["private", "internal", "public"].contains(visibility) else {
            throw APIError(
                .outOfRange, "The visibility is private, internal or public.",
                details: ["pointer": "/visibility"])
        }
        var random = SystemRandomNumberGenerator()
        var repository: ProjectStore.NewRepository?
        if let asked = body.repository {
            repository = try await checked(asked, at: "/repository", &random)
        }
        let project = try await projects.create(
            ProjectStore.NewProject(
                id: ProjectID(at: now(), using: &random), name: body.name, title: body.title,
                visibility: visibility,
                defaultBranch: body.default_branch ?? repository?.defaultBranch ?? "main",
                repository: repository))
        return created(JSONValue(project), at: "/api/v1/projects/\(project.name)")
    }

    private static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Refuses a remote that cannot be read, so that the mistake shows where it was made.
    private func checked(
        _ asked: RepositoryRequest, at pointer: String,
        _ random: inout SystemRandomNumberGenerator
    ) async throws -> ProjectStore.NewRepository {
        let id = RepositoryID(at: now(), using: &random)
        let branch: String?
        do {
            branch = try await submitter.defaultBranch(of: asked.url, id: id)
        } catch CommitGraphFailure.addressRefused(let refusal) {
            throw APIError(
                .outOfRange, "The repository cannot be added: \(refusal).",
                details: ["pointer": .string(pointer + "/url")])
        }
        return ProjectStore.NewRepository(
            id: id, name: asked.name ?? Self.lastPart(of: asked.url), url: asked.url,
            forge: asked.forge ?? "none", defaultBranch: asked.default_branch ?? branch)
    }

    private static func lastPart(of url: String) -> String {
        let part = url.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init)
        let name = part ?? url
        return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    }

    private func created(_ value: JSONValue, at location: String) -> Response {
        Response(
            status: .created,
            headers: [
                .contentType: "application/json; charset=utf-8", .location: location,
            ],
            body: .init(byteBuffer: ByteBuffer(string: value.text)))
    }

    /// 200: projects that the caller may see, by name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let query = try QueryParameters(request)
        try query.refuseUnknown(except: ["limit", "after"])
        let limit = try query.integer("limit", in: PageRequest.limits) ?? 50
        var visible: [ProjectStore.Project] = []
        var after = try query.single("after") ?? ""
        // Hidden projects take no place of the page.
        while visible.count < limit {
            let found = try await projects.projects(after: after, limit: limit)
            visible += found.filter { ProjectAccess.isVisible($0, in: context) }
            guard found.count == limit, let last = found.last else { break }
            after = last.name
        }
        visible = Array(visible.prefix(limit))
        return .object(["items": .array(visible.map { JSONValue($0) }), "next_cursor": .null])
    }

    /// 200; 404 `unknown_project`.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let access = ProjectAccess(projects: projects)
        let project = try await access.project(in: context, for: .read)
        try request.refuseParameters()
        return JSONValue(project)
    }

    /// 200: repositories by name.
    @Sendable private func repositories(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await ProjectAccess(projects: projects).project(in: context, for: .read)
        try request.refuseParameters()
        let found = try await projects.repositories(of: project.id)
        return .object(["items": .array(found.map { JSONValue($0) }), "next_cursor": .null])
    }

    /// 201; 409 `name_taken`, 502.
    @Sendable private func addRepository(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let project = try await ProjectAccess(projects: projects).project(in: context, for: .admin)
        let body = try await request.decodeBody(RepositoryRequest.self, context: context)
        var random = SystemRandomNumberGenerator()
        let new = try await checked(body, at: "", &random)
        try await projects.add(new, to: project.id)
        guard let stored = try await projects.repository(new.id) else {
            throw StoreFailure.corrupt("repository \(new.id) vanished")
        }
        return created(JSONValue(stored), at: "/api/v1/repositories/\(new.id)")
    }
}
