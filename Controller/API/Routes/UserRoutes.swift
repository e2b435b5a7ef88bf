package import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Users, and who the caller is (API contract, §3.9).
package struct UserRoutes<Context: FleetContext>: DescribedRoutes {
    let users: UserStore
    let cursors: CursorCodec
    let now: @Sendable () -> ServerTime

    package init(
        users: UserStore, cursors: CursorCodec, now: @escaping @Sendable () -> ServerTime
    ) {
        self.users = users
        self.cursors = cursors
        self.now = now
    }

    package var subject: String { "People" }

    package var routes: [Route<Context>] {
        Route.get("me", "The caller's credential", by: .key, use: me).gives(.own)
        Route.get("users", "Users", by: .scope(.admin), use: list)
            .takes(.paging).gives(.page(.user), "By name.")
            .refuses(.badCursor, .cursorMismatch)
        Route.post("users", "Makes a user", by: .scope(.admin), use: create)
            .reads(
                .body([
                    "name": .text(1...64), "email?": .text(0...255),
                    "identities?": .list(Self.identityForm, most: 20),
                ])
            )
            .gives(.created, .user).refuses(.nameTaken)
        Route.get("users/:user", "A user", by: .key, use: read)
            .gives(.user).refuses(.scopeMissing)
        Route.patch("users/:user", "Changes a user", by: .scope(.admin), use: change)
            .reads(
                .body([
                    "name?": .text(1...64), "email?": .text(0...255),
                    "identities?": .list(Self.identityForm, most: 20), "disabled?": .boolean,
                ])
            )
            .matching().gives(.user).refuses(.nameTaken, .lastAdmin)
        Route.delete("users/:user", "Ends a user", by: .scope(.admin), use: remove)
            .matching().gives(nothing: .noContent).refuses(.lastAdmin)
    }

    /// 200: the credential of this call, and whose it is; 401.
    @Sendable private func me(_ request: Request, _ context: Context) async throws -> JSONValue {
        let key = try context.requireKey()
        var user: UserRecord?
        if let id = key.user { user = try await users.user(id) }
        return .members([
            "id": .string(key.id), "name": .string(key.name),
            "scopes": Self.words(key.scopes), "project": key.project.map { .string($0) },
            "pattern": key.benchmarks.map { .string($0.text) },
            "bindings": .array(
                key.bindings.map { binding in
                    .members([
                        "project": binding.project.map { .string($0) },
                        "scopes": Self.words(binding.scopes),
                    ])
                }),
            "user": user.map { JSONValue($0) },
        ])
    }

    private static func words(_ scopes: Set<Scope>) -> JSONValue {
        .array(Scope.allCases.filter(scopes.contains).map { .string($0.rawValue) })
    }

    /// 200: by name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(.admin)
        return try await PeopleCall.page(
            request, of: "users", cursors,
            { try await users.users(after: $0, limit: $1).map { ($0.name, $0) } },
            { JSONValue($0) })
    }

    private static var identityForm: JSONSchema {
        .body(["issuer": .text(1...255), "subject": .text(1...255)])
    }

    private struct IdentityField: Decodable {
        let issuer: String
        let subject: String
    }

    private struct CreateRequest: Decodable {
        let name: String
        let email: String?
        let identities: [IdentityField]?
    }

    /// 201; 409 `name_taken`, 422.
    @Sendable private func create(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let body = try await request.decodeBody(CreateRequest.self, context: context)
        let facts = UserStore.Facts(
            name: try PeopleCall.checked(name: body.name),
            email: try PeopleCall.checked(text: body.email, at: "/email"),
            identities: try Self.checked(body.identities ?? []))
        var random = SystemRandomNumberGenerator()
        let user = try await users.create(
            UserID(at: now(), using: &random), facts, by: caller.id)
        return PeopleCall.created(
            JSONValue(user), at: "/api/v1/users/\(user.id)", version: user.version)
    }

    private static func checked(
        _ identities: [IdentityField]
    ) throws(APIError) -> [UserRecord.Identity] {
        guard identities.count <= 20 else {
            throw PeopleCall.refused("A user has at most 20 identities.", "/identities")
        }
        var checked: [UserRecord.Identity] = []
        for (index, identity) in identities.enumerated() {
            let pointer = "/identities/\(index)"
            guard let issuer = try PeopleCall.checked(text: identity.issuer, at: pointer),
                let subject = try PeopleCall.checked(text: identity.subject, at: pointer)
            else { throw PeopleCall.refused("An identity has issuer and subject.", pointer) }
            checked.append(.init(issuer: issuer, subject: subject))
        }
        return checked
    }

    /// 200 with `ETag`, for administrators and the user; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.requireKey()
        let id: UserID = try context.pathIdentifier("user")
        if caller.user != id { try context.require(.admin) }
        guard let user = try await users.user(id) else { throw ProjectAccess.unknownObject }
        return PeopleCall.response(JSONValue(user), version: user.version)
    }

    /// `null` takes an email away; what is left out stays.
    private struct ChangeRequest: Decodable {
        let name: String?
        let email: String??
        let identities: [IdentityField]?
        let disabled: Bool?

        private enum CodingKeys: String, CodingKey {
            case name, email, identities, disabled
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decodeIfPresent(String.self, forKey: .name)
            email =
                container.contains(.email)
                ? .some(try container.decodeIfPresent(String.self, forKey: .email)) : nil
            identities = try container.decodeIfPresent(
                [IdentityField].self, forKey: .identities)
            disabled = try container.decodeIfPresent(Bool.self, forKey: .disabled)
        }
    }

    /// 200; out of action, keys and sessions end at once. 404, 409 `name_taken`, `last_admin`, 412,
    /// 422, 428.
    @Sendable private func change(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let body = try await request.decodeBody(ChangeRequest.self, context: context)
        let known = try await known(context, matching: request)
        var facts = UserStore.Facts(
            name: try PeopleCall.checked(name: body.name ?? known.name), email: known.email,
            identities: known.identities)
        if let email = body.email {
            facts.email = try PeopleCall.checked(text: email, at: "/email")
        }
        if let identities = body.identities { facts.identities = try Self.checked(identities) }
        facts.isDisabled = body.disabled ?? (known.disabledAt != nil)
        let user = try await users.change(
            known.id, from: known.version, to: facts, by: caller.id)
        return PeopleCall.response(JSONValue(user), version: user.version)
    }

    /// 204; 404, 409 `last_admin`, 412, 428.
    @Sendable private func remove(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.require(.admin)
        let known = try await known(context, matching: request)
        try await users.remove(known.id, at: known.version, by: caller.id)
        return Response(status: .noContent)
    }

    private func known(_ context: Context, matching request: Request) async throws -> UserRecord {
        guard let user = try await users.user(try context.pathIdentifier("user")) else {
            throw ProjectAccess.unknownObject
        }
        try request.requireMatch(.version(user.version))
        return user
    }
}
