import FleetModel
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
        guard let project = try await projects.project(name) else { throw Self.unknown }
        try check(project, context, scope)
        return project
    }

    /// The same for the project that owns an object; the object's absence and the project's look
    /// alike.
    func require(
        _ scope: Scope, on id: ProjectID, in context: some FleetContext
    ) async throws -> ProjectStore.Project {
        guard let project = try await projects.project(id.text) else { throw Self.unknown }
        try check(project, context, scope)
        return project
    }

    private func check(
        _ project: ProjectStore.Project, _ context: some FleetContext, _ scope: Scope
    ) throws {
        if scope == .read, project.visibility == "public" { return }
        try context.require(scope, onProject: project.name)
    }

    static var unknown: APIError { APIError(.unknownProject, "There is no such project.") }
}
