import CommitGraph
package import FleetModel
import Hummingbird
import Identity
package import Pipeline
package import Storage
package import WebSupport

/// Projects and their repositories (API contract, §3.2).
package struct ProjectRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let submitter: RunSubmitter
    /// Open jobs of a project that has no limit of its own.
    let queueLimit: Int
    let now: @Sendable () -> ServerTime

    package init(
        projects: ProjectStore, submitter: RunSubmitter,
        queueLimit: Int = SubmissionStore.usualQueueLimit,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.projects = projects
        self.submitter = submitter
        self.queueLimit = queueLimit
        self.now = now
    }

    package var subject: String { "Projects" }

    package var routes: [Route<Context>] {
        Route.post("projects", "Makes a project", by: .scope(.admin), use: create)
            .reads(
                .body([
                    "name": .text(matching: "^[a-z0-9._-]{1,64}$"), "title?": .text,
                    "visibility?": .visibility.usually("private"), "default_branch?": .text,
                    "repository?": Self.repositoryForm,
                ])
            )
            .gives(.created, .project)
            .refuses(.nameTaken, .remoteUnreachable, .remoteAuthFailed, .remoteTimeout)
        Route.get("projects", "Projects that the caller may see", by: .visible, use: list)
            .takes(
                .one("limit", .integer(1...200).usually(50), "Rows of a page."),
                .one("after", "The name before the first one.")
            )
            .gives(.page(.project), "By name.")
        Route.get("projects/:project", "A project", by: .visible, use: read).gives(.project)
        Route.patch("projects/:project", "Changes a project", by: .scope(.admin), use: change)
            .reads(
                .body([
                    "title?": .text, "visibility?": .visibility, "default_branch?": .text,
                    "queue_limit?": .integer(Self.queueLimits),
                ])
            )
            .matching().gives(.project, "What is left out stays; `null` takes it away.")
        Route.get("projects/:project/repositories", "Its sources", by: .visible, use: repositories)
            .gives(.page(.repository), "By name.")
        Route.post(
            "projects/:project/repositories", "Adds a repository", by: .scope(.admin),
            use: addRepository
        )
        .reads(Self.repositoryForm).gives(.created, .repository)
        .refuses(.nameTaken, .remoteUnreachable, .remoteAuthFailed, .remoteTimeout)
    }

    private static var queueLimits: ClosedRange<Int64> { 1...1_000_000 }

    private struct CreateRequest: Decodable {
        let name: String
        let title: String?
        let visibility: String?
        let default_branch: String?
        let repository: RepositoryRequest?
    }

    private static var repositoryForm: JSONSchema {
        .body(["name?": .text, "url": .text, "forge?": .text, "default_branch?": .text])
    }

    private struct RepositoryRequest: Decodable {
        let name: String?
        let url: String
        let forge: String?
        let default_branch: String?
    }

    /// 201; 409 `name_taken`, 502 `remote_unreachable remote_auth_failed remote_timeout`.
    @Sendable private func create(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.require(.admin)
        let body = try await request.decodeBody(CreateRequest.self, context: context)
        guard Self.isName(body.name) else {
            throw APIError(
                .outOfRange, "A project's name is 1 to 64 of a–z, 0–9, '.', '_' and '-'.",
                details: ["pointer": "/name"])
        }
        let visibility = try Self.checked(visibility: body.visibility ?? "private")
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
                repository: repository), auditedAs: key.id)
        return created(reply(project), at: "/api/v1/projects/\(project.name)")
    }

    private static func checked(visibility: String) throws(APIError) -> String {
        guard ["private", "internal", "public"].contains(visibility) else {
            throw PeopleCall.refused(
                "The visibility is private, internal or public.", "/visibility")
        }
        return visibility
    }

    private func reply(_ project: ProjectStore.Project) -> JSONValue {
        JSONValue(project, queueLimit: queueLimit)
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
        return .object(["items": .array(visible.map(reply)), "next_cursor": .null])
    }

    /// 200 with `ETag`; 404 `unknown_project`.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        let access = ProjectAccess(projects: projects)
        let project = try await access.project(in: context, for: .read)
        return PeopleCall.response(reply(project), version: project.version)
    }

    /// What is left out stays.
    private struct ChangeRequest: Decodable {
        let title: String??
        let visibility: String?
        let default_branch: String?
        let queue_limit: Int64??

        private enum CodingKeys: String, CodingKey {
            case title, visibility, default_branch, queue_limit
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            title =
                container.contains(.title)
                ? .some(try container.decodeIfPresent(String.self, forKey: .title)) : nil
            visibility = try container.decodeIfPresent(String.self, forKey: .visibility)
            default_branch = try container.decodeIfPresent(String.self, forKey: .default_branch)
            queue_limit =
                container.contains(.queue_limit)
                ? .some(try container.decodeIfPresent(Int64.self, forKey: .queue_limit)) : nil
        }
    }

    /// 200; 403 for a limit that only the installation's administrators set; 404, 412, 422, 428.
    @Sendable private func change(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let project = try await ProjectAccess(projects: projects).project(in: context, for: .admin)
        let body = try await request.decodeBody(ChangeRequest.self, context: context)
        try request.requireMatch(.version(project.version))
        var facts = ProjectStore.Facts(project)
        if let title = body.title {
            facts.title = try PeopleCall.checked(text: title, at: "/title")
        }
        if let word = body.visibility { facts.visibility = try Self.checked(visibility: word) }
        if let branch = body.default_branch {
            guard let branch = try PeopleCall.checked(text: branch, at: "/default_branch") else {
                throw PeopleCall.refused("The branch has a name.", "/default_branch")
            }
            facts.defaultBranch = branch
        }
        if let limit = body.queue_limit {
            // A project's own administrators must not take more of the fleet.
            try context.require(.admin)
            guard limit.map(Self.queueLimits.contains) ?? true else {
                throw PeopleCall.refused("The limit is 1 to 1,000,000 jobs.", "/queue_limit")
            }
            facts.queueLimit = limit
        }
        let changed = try await projects.change(
            project.id, from: project.version, to: facts, auditedAs: try context.requireKey().id)
        return PeopleCall.response(reply(changed), version: changed.version)
    }

    /// 200: repositories by name.
    @Sendable private func repositories(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let project = try await ProjectAccess(projects: projects).project(in: context, for: .read)
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
        try await projects.add(new, to: project.id, auditedAs: try context.requireKey().id)
        guard let stored = try await projects.repository(new.id) else {
            throw StoreFailure.corrupt("repository \(new.id) vanished")
        }
        return created(JSONValue(stored), at: "/api/v1/repositories/\(new.id)")
    }
}
