package import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Teams and their members (API contract, §3.9).
package struct TeamRoutes<Context: FleetContext>: DescribedRoutes {
    let teams: TeamStore
    let cursors: CursorCodec
    let now: @Sendable () -> ServerTime

    package init(
        teams: TeamStore, cursors: CursorCodec, now: @escaping @Sendable () -> ServerTime
    ) {
        self.teams = teams
        self.cursors = cursors
        self.now = now
    }

    package var subject: String { "People" }

    package var routes: [Route<Context>] {
        Route.get("teams", "Teams", by: .scope(.admin), use: list)
            .takes(.paging).gives(.page(.team), "By name.")
            .refuses(.badCursor, .cursorMismatch)
        Route.post("teams", "Makes a team", by: .scope(.admin), use: create)
            .reads(.body(["name": .text(1...64), "title?": .text(0...255)]))
            .gives(.created, .team).refuses(.nameTaken)
        Route.get("teams/:team", "A team", by: .key, use: read).gives(.team)
        Route.patch("teams/:team", "Renames a team", by: .scope(.admin), use: change)
            .reads(.body(["name?": .text(1...64), "title?": .text(0...255)])).matching()
            .gives(.team).refuses(.nameTaken)
        Route.delete("teams/:team", "Ends a team", by: .scope(.admin), use: remove)
            .matching().gives(nothing: .noContent).refuses(.lastAdmin)
        Route.put("teams/:team/members/:user", "Takes in a user", by: .key, use: setMember)
            .reads(.body(["role": .words(["member", "maintainer"])]))
            .gives(.team).refuses(.scopeMissing)
        Route.delete("teams/:team/members/:user", "Lets a user go", by: .key, use: removeMember)
            .gives(.team).refuses(.scopeMissing, .lastAdmin)
    }

    /// 200: by name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(.admin)
        return try await PeopleCall.page(
            request, of: "teams", cursors,
            { try await teams.teams(after: $0, limit: $1).map { ($0.name, $0) } },
            { JSONValue($0) })
    }

    private struct CreateRequest: Decodable {
        let name: String
        let title: String?
    }

    /// 201; 409 `name_taken`, 422.
    @Sendable private func create(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let body = try await request.decodeBody(CreateRequest.self, context: context)
        var random = SystemRandomNumberGenerator()
        let team = try await teams.create(
            TeamID(at: now(), using: &random), name: try PeopleCall.checked(name: body.name),
            title: try PeopleCall.checked(text: body.title, at: "/title"), by: caller.id)
        return PeopleCall.created(
            JSONValue(team), at: "/api/v1/teams/\(team.id)", version: team.version)
    }

    /// 200 with `ETag`, for administrators and members; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.requireKey()
        let team = try await known(context)
        let isMember = team.members.contains { $0.user == caller.user }
        guard isMember || caller.installationScopes.contains(.admin) else {
            throw ProjectAccess.unknownObject
        }
        return PeopleCall.response(JSONValue(team), version: team.version)
    }

    private struct ChangeRequest: Decodable {
        let name: String?
        let title: String?
    }

    /// 200; 404, 409 `name_taken`, 412, 422, 428. An empty title is taken away.
    @Sendable private func change(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let body = try await request.decodeBody(ChangeRequest.self, context: context)
        let known = try await known(context)
        try request.requireMatch(.version(known.version))
        let team = try await teams.rename(
            known.id, from: known.version,
            to: try PeopleCall.checked(name: body.name ?? known.name),
            title: try PeopleCall.checked(text: body.title ?? known.title, at: "/title"),
            by: caller.id)
        return PeopleCall.response(JSONValue(team), version: team.version)
    }

    /// 204; 404, 409 `last_admin`, 412, 428.
    @Sendable private func remove(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let known = try await known(context)
        try request.requireMatch(.version(known.version))
        try await teams.remove(known.id, at: known.version, by: caller.id)
        return Response(status: .noContent)
    }

    private struct MemberRequest: Decodable {
        let role: String
    }

    /// 200: the team; for administrators and the team's maintainers. 404, 422.
    @Sendable private func setMember(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let caller = try context.requireKey()
        let body = try await request.decodeBody(MemberRequest.self, context: context)
        guard ["member", "maintainer"].contains(body.role) else {
            throw PeopleCall.refused("The role is member or maintainer.", "/role")
        }
        return try await set(body.role, by: caller, context)
    }

    /// 200: the team without the member; 404, 409 `last_admin`.
    @Sendable private func removeMember(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        try await set(nil, by: try context.requireKey(), context)
    }

    private func set(
        _ role: String?, by caller: KeyIdentity, _ context: Context
    ) async throws -> Response {
        let team = try await known(context)
        let isMaintainer = team.members.contains {
            $0.user == caller.user && $0.role == "maintainer"
        }
        if !isMaintainer { try context.require(.admin) }
        let changed = try await teams.set(
            try context.pathIdentifier("user"), of: team.id, to: role, by: caller.id)
        return PeopleCall.response(JSONValue(changed), version: changed.version)
    }

    private func known(_ context: Context) async throws -> TeamStore.Team {
        guard let team = try await teams.team(try context.pathIdentifier("team")) else {
            throw ProjectAccess.unknownObject
        }
        return team
    }
}
