import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Who holds which role: on a project, which is how it is shared, and on the installation (API
/// contract, §3.2 and §3.9).
package struct BindingRoutes<Context: FleetContext>: DescribedRoutes {
    let projects: ProjectStore
    let bindings: BindingStore

    package init(projects: ProjectStore, bindings: BindingStore) {
        self.projects = projects
        self.bindings = bindings
    }

    package var subject: String { "People" }

    package var routes: [Route<Context>] {
        Route.get("bindings", "Roles on the installation", by: .scope(.admin), use: list)
            .gives(.page(.binding))
        Route.get("bindings/:subject", "Somebody's role", by: .scope(.admin), use: read)
            .gives(.binding)
        Route.put("bindings/:subject", "Gives a role", by: .scope(.admin), use: put)
            .reads(.bindingBody).gives(.binding).refuses(.lastAdmin)
        Route.delete("bindings/:subject", "Takes a role away", by: .scope(.admin), use: remove)
            .gives(nothing: .noContent).refuses(.lastAdmin)
        Route.get("projects/:project/bindings", "Who shares it", by: .scope(.admin), use: list)
            .gives(.page(.binding))
        Route.get(
            "projects/:project/bindings/:subject", "Somebody's role on a project",
            by: .scope(.admin), use: read
        ).gives(.binding)
        Route.put(
            "projects/:project/bindings/:subject", "Shares a project", by: .scope(.admin),
            use: put
        ).reads(.bindingBody).gives(.binding).refuses(.lastAdmin)
        Route.delete(
            "projects/:project/bindings/:subject", "Shares a project no more",
            by: .scope(.admin), use: remove
        ).gives(nothing: .noContent).refuses(.lastAdmin)
    }

    /// 200: by kind and name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        let place = try await place(context)
        let found = try await bindings.bindings(on: place)
        return .object([
            "items": .array(found.map { JSONValue($0) }), "next_cursor": .null,
        ])
    }

    /// 200; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        let place = try await place(context)
        let subject = try PeopleCall.subject(try context.pathText("subject"))
        guard let found = try await bindings.binding(of: subject, on: place) else {
            throw ProjectAccess.unknownObject
        }
        return JSONValue(found)
    }

    private struct PutRequest: Decodable {
        let role: String
        let grants: [String]?
    }

    /// 200; 404 for a subject that there is not, 409 `last_admin`, 422.
    @Sendable private func put(_ request: Request, _ context: Context) async throws -> JSONValue {
        let caller = try context.requireKey()
        let body = try await request.decodeBody(PutRequest.self, context: context)
        let subject = try PeopleCall.subject(try context.pathText("subject"))
        let place = try await place(context)
        let grants = try PeopleCall.checked(grants: body.grants)
        // Hosts belong to no project.
        if case .project = place, !grants.isEmpty {
            throw PeopleCall.refused("A grant is of the installation alone.", "/grants")
        }
        return JSONValue(
            try await bindings.put(
                try PeopleCall.checked(role: body.role).rawValue, grants: grants, to: subject,
                on: place, by: caller.id))
    }

    /// 204; 404, 409 `last_admin`.
    @Sendable private func remove(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.requireKey()
        let subject = try PeopleCall.subject(try context.pathText("subject"))
        try await bindings.remove(subject, on: try await place(context), by: caller.id)
        return Response(status: .noContent)
    }

    /// Of the path, for who administers it: 401, 403, or 404 for a project that the caller may
    /// not see.
    private func place(_ context: Context) async throws -> BindingStore.Place {
        guard context.parameters.get("project") != nil else {
            try context.require(.admin)
            return .installation
        }
        let project = try await ProjectAccess(projects: projects)
            .project(in: context, for: .admin)
        return .project(project.id, name: project.name)
    }
}
