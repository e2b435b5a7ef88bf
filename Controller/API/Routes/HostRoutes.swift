package import FleetModel
import Hummingbird
package import Identity
package import Storage
package import WebSupport

/// Hosts and how they come into the fleet (API contract, §3.6).
package struct HostRoutes<Context: FleetContext>: DescribedRoutes {
    let hosts: HostStore
    let enrolments: EnrolmentStore
    let settings: Settings
    let now: @Sendable () -> ServerTime

    package struct Settings: Sendable {
        let authorities: FleetAuthorities
        /// Known once the listener listens.
        let agentsURL: @Sendable () -> String
        let unreachable: Duration

        package init(
            authorities: FleetAuthorities,
            agentsURL: @escaping @Sendable () -> String, unreachable: Duration
        ) {
            self.authorities = authorities
            self.agentsURL = agentsURL
            self.unreachable = unreachable
        }
    }

    package init(
        hosts: HostStore, enrolments: EnrolmentStore, settings: Settings,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.hosts = hosts
        self.enrolments = enrolments
        self.settings = settings
        self.now = now
    }

    package var subject: String { "Hosts" }

    package var routes: [Route<Context>] {
        Route.get("hosts", "Hosts by name", by: .scope(.read), use: list).gives(.page(.host))
        Route.get("hosts/:host", "A host", by: .scope(.read), use: read).gives(.host)
        Route.patch("hosts/:host", "Gives a host other labels", by: .scope(.operate), use: edit)
            .reads(.body(["labels": .map(.text)])).matching().gives(.host)
        Route.post("hosts/:host/approve", "Lets a host in", by: .scope(.operate), use: approve)
            .gives(.host).refuses(.stateConflict)
        Route.post("hosts/:host/drain", "Gives it no new work", by: .scope(.operate), use: drain)
            .reads(.body(["reason": .text(1...500)])).gives(.host).refuses(.stateConflict)
        Route.post("hosts/:host/resume", "Gives it work again", by: .scope(.operate), use: resume)
            .gives(.host).refuses(.stateConflict)
        Route.post(
            "enrolment-tokens", "Makes a token that lets a host in", by: .scope(.operate),
            use: createToken
        )
        .reads(
            .body([
                "ttl_ns?": .integer(1...86_400_000_000_000), "preapproved?": .boolean,
                "host_name?": .text, "pool_id?": .text, "note?": .text,
            ])
        )
        .gives(.created, .newEnrolmentToken, "The token is shown this once.")
        Route.get("enrolment-tokens", "Tokens", by: .scope(.operate), use: tokens)
            .gives(.page(.enrolmentToken), "Newest first, without the tokens themselves.")
        Route.delete(
            "enrolment-tokens/:token", "Takes a token back", by: .scope(.operate),
            use: revokeToken
        ).gives(nothing: .noContent)
        Route.get("ca.pem", "The certificates of the authorities", by: .open, use: authority)
            .gives(as: ["application/x-pem-file": .text])
    }

    /// 200: hosts by name.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(anywhere: .read)
        let found = try await hosts.hosts()
        return .object(["items": .array(found.map(reply)), "next_cursor": .null])
    }

    /// 200; 404.
    @Sendable private func read(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(anywhere: .read)
        guard let host = try await hosts.host(try context.pathIdentifier("host")) else {
            throw APIError(.notFound, "There is no such host.")
        }
        guard case .key(let key) = context.caller, key.installationScopes.contains(.operate),
            case .object(var members) = reply(host)
        else { return reply(host) }
        let move = try await hosts.moves(of: host.id, limit: 1).first { $0.after == host.state }
        members["state_reason"] = move?.reason.map { .string($0) }
        members["state_by"] = move.map { .string($0.actor) }
        return .object(members)
    }

    private struct EditRequest: Decodable {
        let labels: [String: String]
    }

    /// 200: the host with these labels and no others; 404, 412, 428.
    @Sendable private func edit(_ request: Request, _ context: Context) async throws -> JSONValue {
        let key = try context.require(.operate)
        let id: HostID = try context.pathIdentifier("host")
        let body = try await request.decodeBody(EditRequest.self, context: context)
        guard body.labels.count <= HostLabel.countLimit,
            body.labels.allSatisfy({ HostLabel.isValid($0.key) && HostLabel.isValid($0.value) })
        else {
            throw APIError(
                .invalidValue,
                "A host has at most \(HostLabel.countLimit) labels, and their names and values are "
                    + "1 to \(HostLabel.lengthLimit) letters, digits and . _ - /.",
                details: ["pointer": "/labels"])
        }
        guard let host = try await hosts.host(id) else {
            throw APIError(.notFound, "There is no such host.")
        }
        try request.requireMatch(.version(host.version))
        return reply(
            try await hosts.relabel(id, body.labels, at: host.version, auditedAs: key.id))
    }

    private func reply(_ host: HostRecord) -> JSONValue {
        JSONValue(
            host, contact: host.contact(at: now(), unreachable: settings.unreachable))
    }

    /// 200; 409 `state_conflict`.
    @Sendable private func approve(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try await move(.approve, nil, context)
    }

    private struct DrainRequest: Decodable {
        let reason: String
    }

    /// 200: the host ends what it measures and takes nothing new; 409 `state_conflict`.
    @Sendable private func drain(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try context.require(.operate)
        let body = try await request.decodeBody(DrainRequest.self, context: context)
        guard (1...500).contains(body.reason.count), !body.reason.contains(where: \.isNewline)
        else {
            throw APIError(
                .outOfRange, "A reason is one line of 1 to 500 characters.",
                details: ["pointer": "/reason"])
        }
        return try await move(.drain, body.reason, context)
    }

    /// 200: the host takes work again; 409 `state_conflict`.
    @Sendable private func resume(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try await move(.resume, nil, context)
    }

    private func move(
        _ order: HostOrder, _ reason: String?, _ context: Context
    ) async throws -> JSONValue {
        let key = try context.require(.operate)
        let host: HostID = try context.pathIdentifier("host")
        do {
            return reply(
                try await hosts.carryOut(
                    order, on: host, by: key.name, because: reason, auditedAs: key.id))
        } catch StoreFailure.hostNotClaimable(let state) {
            throw APIError(.stateConflict, order.refusal(in: state))
        }
    }

    private struct TokenRequest: Decodable {
        let ttl_ns: Int64?
        let preapproved: Bool?
        let host_name: String?
        let pool_id: String?
        let note: String?
    }

    /// 201 with the token, shown once.
    @Sendable private func createToken(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let key = try context.require(.operate)
        let body = try await request.decodeBody(TokenRequest.self, context: context)
        let lifetime = Duration.nanoseconds(body.ttl_ns ?? 3_600_000_000_000)
        guard lifetime > .zero, lifetime <= .seconds(24 * 3600) else {
            throw APIError(
                .outOfRange, "A token lives at most 24 hours.", details: ["pointer": "/ttl_ns"])
        }
        let text = EnrolmentTokenText.generate()
        var random = SystemRandomNumberGenerator()
        let token = try await enrolments.create(
            TokenID(at: now(), using: &random), digest: text.digest.hex,
            hostName: body.host_name, preapproved: body.preapproved ?? false, lifetime: lifetime,
            auditedAs: key.id)
        let reply: JSONValue = .object([
            "id": .string(token.id.text), "token": .string(text.secret.exposed),
            "expires_us": .integer(token.expiresAt.microseconds),
            "ca_fingerprint": .string(settings.authorities.present.serving.fingerprint),
            "agents_url": .string(settings.agentsURL()),
        ])
        return Response(
            status: .created,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
            ], body: .init(byteBuffer: ByteBuffer(string: reply.text)))
    }

    /// 200: newest first, without the tokens themselves.
    @Sendable private func tokens(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try context.require(.operate)
        let found = try await enrolments.tokens(limit: 200)
        return .object(["items": .array(found.map { JSONValue($0) }), "next_cursor": .null])
    }

    /// 204; 404 for an unknown or used one.
    @Sendable private func revokeToken(
        _ request: Request, _ context: Context
    ) async throws -> HTTPResponse.Status {
        let key = try context.require(.operate)
        let id: TokenID = try context.pathIdentifier("token")
        guard try await enrolments.revoke(id, auditedAs: key.id) else {
            throw APIError(.notFound, "There is no such unused token.")
        }
        return .noContent
    }

    /// The certificates of the installation's authorities, without credentials.
    @Sendable private func authority(_ request: Request, _ context: Context) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-pem-file"],
            body: .init(byteBuffer: ByteBuffer(string: settings.authorities.present.bundlePEM)))
    }
}
