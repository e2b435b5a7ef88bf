import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// API keys: made, listed, revoked (perfgate contract, §11; `grants` and `user_id` are ours).
struct KeyRoutes<Context: FleetContext>: DescribedRoutes {
    let keys: KeyStore
    let now: @Sendable () -> ServerTime

    var subject: String { "Perfgate" }

    var routes: [Route<Context>] {
        Route.post("keys", "Makes a key", by: .scope(.admin), use: create)
            .reads(.keyCall).gives(.created, .newKey, "The key is shown this once.")
            .refuses(.badPattern, .notFound)
        Route.get("keys", "Keys, revoked ones too", by: .scope(.admin), use: list)
            .gives(.object(["keys": .list(.key)]), "Newest first.")
        Route.delete("keys/:key", "Ends a key", by: .scope(.admin), use: revoke)
            .gives(.revokedKey)
    }

    private struct CreateRequest: Decodable {
        let description: String
        let role: GivenRole
        let project: String
        let pattern: String?
        let expires_at: GivenTimestamp?
        let grants: [GivenGrant]?
        let user_id: String?
    }

    /// 201 with the key, this once; 400 for a blank description or a pattern that is none.
    @Sendable private func create(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.requireKey()
        let body = try await request.decodeBody(CreateRequest.self, context: context)
        try caller.requireInstallation(.admin)
        let text = APIKeyText.generate()
        let stored = try await keys.create(
            try key(of: body, text), digest: text.digest.hex,
            noting: {
                AuditEvent(by: caller.id, "create", "key", $0.id.text, in: $0.shownProject)
                    .with(metadata: Self.metadata(of: $0, request))
            })
        var response = Self.object(stored, secret: text.secret).response(.created)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func key(
        of body: CreateRequest, _ text: APIKeyText
    ) throws(APIError) -> KeyStore.Key {
        guard body.description.contains(where: { !$0.isWhitespace }) else {
            throw APIError(
                .invalidValue, "The description is blank.", details: ["pointer": "/description"])
        }
        try GivenNames.check([("description", body.description), ("project", body.project)])
        var random = SystemRandomNumberGenerator()
        var key = KeyStore.Key(
            id: KeyID(at: now(), using: &random), name: body.description,
            prefix: text.displayPrefix, role: body.role.role.rawValue, project: body.project,
            expiresAt: body.expires_at?.time)
        key.pattern = try Self.checked(pattern: body.pattern)
        key.grants = body.grants?.isEmpty == false ? [Scope.operate.rawValue] : []
        key.user = try Self.user(body.user_id)
        return key
    }

    /// A pattern that could only ever refuse is refused at once (perfgate contract, §17, Q22).
    private static func checked(pattern text: String?) throws(APIError) -> String? {
        guard let text else { return nil }
        guard (1...BenchmarkPattern.maximumBytes).contains(text.utf8.count) else {
            throw badPattern("it has 1 to \(BenchmarkPattern.maximumBytes) bytes")
        }
        if let fault = BenchmarkPattern(text).fault { throw badPattern(fault) }
        return text
    }

    private static func badPattern(_ reason: String) -> APIError {
        APIError(
            .badPattern, "The pattern is no regular expression of RE2: \(reason).",
            details: ["pointer": "/pattern"])
    }

    private static func user(_ text: String?) throws(APIError) -> UserID? {
        guard let text else { return nil }
        guard let id = UserID(text) else { throw APIError(.notFound, "There is no such user.") }
        return id
    }

    /// 200: newest first, revoked ones too, never a secret.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> Response {
        try context.requireKey().requireInstallation(.admin)
        var reply = ReplyObject()
        reply.add("keys", listOf: try await keys.keys().map { Self.object($0) })
        return reply.response()
    }

    /// 200, with the first time where it was revoked before; 404.
    @Sendable private func revoke(_ request: Request, _ context: Context) async throws -> Response {
        let caller = try context.requireKey()
        let text = try context.pathText("key")
        try caller.requireInstallation(.admin)
        let revoked = try await revoke(KeyID(text)) {
            AuditEvent(by: caller.id, "delete", "key", $0.id.text, in: $0.shownProject)
                .with(metadata: Self.metadata(of: $0, request))
        }
        guard let revoked, let time = revoked.revokedAt else {
            throw APIError(.notFound, "There is no such key.")
        }
        var reply = ReplyObject()
        reply.add("id", revoked.id.text)
        reply.add("revoked_at", time)
        return reply.response()
    }

    private func revoke(
        _ id: KeyID?, noting event: @escaping @Sendable (KeyStore.Key) -> AuditEvent
    ) async throws -> KeyStore.Key? {
        guard let id else { return nil }
        return try await keys.revoke(id, noting: event)
    }

    /// Source: perfgate contract, §3.8 and §10; the address is the caller's word alone.
    private static func metadata(of key: KeyStore.Key, _ request: Request) -> String {
        let address = request.headers[HeaderName.forwardedFor].map { String($0.prefix(256)) }
        return JSONValue.object([
            "source": "api_key", "request_id": .null,
            "source_ip": address.map { .string($0) } ?? .null, "role": .string(key.role),
        ]).text
    }

    private static func object(_ key: KeyStore.Key, secret: Secret? = nil) -> ReplyObject {
        var object = ReplyObject()
        object.add("id", key.id.text)
        if let secret {
            object.add("key", secret.exposed)
        } else {
            object.add("key_prefix", key.prefix)
        }
        object.add("description", key.name)
        object.add("role", key.role)
        object.add("project", key.shownProject)
        object.add("pattern", key.pattern)
        if let time = key.createdAt { object.add("created_at", time) }
        if let time = key.expiresAt { object.add("expires_at", time) }
        if let time = key.revokedAt { object.add("revoked_at", time) }
        object.add("grants", .array(key.grants.map { .string($0) }))
        object.add("user_id", key.user?.text)
        return object
    }
}

extension KeyStore.Key {
    /// Perfgate's clients want a text: `*` is a key of every project.
    var shownProject: String { project ?? AuditEvent.installation }
}

/// A role in a body: 422 for another word.
private struct GivenRole: Decodable {
    let role: Role

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let role = Role(rawValue: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "The role is one of \(Role.words).")
        }
        self.role = role
    }
}

/// What a key may have beside its role: `operate` alone.
private struct GivenGrant: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard try container.decode(String.self) == Scope.operate.rawValue else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "A grant is operate.")
        }
    }
}
