import FleetModel
import Identity
import Storage
import WebSupport

/// Who may see and change what of a project (API contract, §2).
struct ProjectAccess {
    let projects: ProjectStore

    /// The project of the path's `:project`, seen by a caller who may do this to it.
    ///
    /// A project that the caller may not see answers as one that does not exist.
    func project(
        in context: some FleetContext, for scope: Scope
    ) async throws -> ProjectStore.Project {
        let name = try context.pathText("project")
        try Self.requireToChange(scope, in: context)
        guard let project = try await projects.project(name),
            try Self.admits(context, to: project, for: scope)
        else { throw Self.unknown }
        return project
    }

    /// The same for the project that owns an object; the object's absence and the project's look
    /// alike.
    func require(
        _ scope: Scope, on id: ProjectID, in context: some FleetContext
    ) async throws -> ProjectStore.Project {
        try Self.requireToChange(scope, in: context)
        guard let project = try await projects.project(id.text),
            try Self.admits(context, to: project, for: scope)
        else { throw Self.unknownObject }
        return project
    }

    /// The run, seen by a caller who may do this to its project.
    func run(
        _ id: RunID?, of runs: RunStore, for scope: Scope, in context: some FleetContext
    ) async throws -> RunRecord {
        try Self.requireToChange(scope, in: context)
        guard let id, let run = try await runs.run(id) else { throw Self.unknownObject }
        _ = try await require(scope, on: run.project, in: context)
        return run
    }

    /// The repository that a body names by name or identifier; without a name the only one.
    func repository(
        _ name: String?, of project: ProjectStore.Project
    ) async throws -> ProjectStore.Repository {
        let all = try await projects.repositories(of: project.id)
        if let name {
            guard let found = all.first(where: { $0.name == name || $0.id.text == name }) else {
                throw APIError(.unknownRepository, "The project has no repository \(name).")
            }
            return found
        }
        guard all.count == 1, let only = all.first else {
            throw APIError(
                .missingField, "The project has \(all.count) repositories: name one.",
                details: ["pointer": "/repository"])
        }
        return only
    }

    /// Whether the project stands in lists that the caller reads.
    static func isVisible(_ project: ProjectStore.Project, in context: some FleetContext) -> Bool {
        if project.visibility == "public" { return true }
        guard case .key(let key) = context.caller else { return false }
        return project.visibility == "internal" && key.scopesAnywhere.contains(.read)
            || key.scopes(on: project.name).contains(.read)
    }

    /// Logs and hosts' facts are for those whose key reaches the project, whatever others see.
    static func isMember(of project: ProjectStore.Project, in context: some FleetContext) -> Bool {
        guard case .key(let key) = context.caller else { return false }
        return key.scopes(on: project.name).contains(.read)
    }

    /// Before any look-up: 401 and 403 must not tell what exists.
    private static func requireToChange(_ scope: Scope, in context: some FleetContext) throws {
        if scope != .read { try context.require(anywhere: scope) }
    }

    private static func admits(
        _ context: some FleetContext, to project: ProjectStore.Project, for scope: Scope
    ) throws -> Bool {
        if scope == .read { return isVisible(project, in: context) }
        return try context.requireKey().scopes(on: project.name).contains(scope)
    }

    static var unknown: APIError { APIError(.unknownProject, "There is no such project.") }
    static var unknownObject: APIError { APIError(.notFound, "There is no such object.") }
}
