import AgentProtocol
package import FleetModel
package import Hummingbird
package import Pipeline
import Storage
package import WebSupport

/// Files of attempts, declared and sent in parts (API contract, §4.9).
package struct ArtifactIntakeRoutes<Context: FleetContext>: RouteGroup {
    let intake: ArtifactIntake
    let now: @Sendable () -> ServerTime

    package init(intake: ArtifactIntake, now: @escaping @Sendable () -> ServerTime) {
        self.intake = intake
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("attempts/:attempt/artifacts", use: declare)
        router.admitting(bodyBytes: intake.store.limits.partBytes)
            .put("attempts/:attempt/artifacts/:digest/parts/:part", use: part)
    }

    /// 201 a new name, 200 a known one; 409 `artifact_mismatch`, 413 `artifact_too_large
    /// quota_exceeded`.
    @Sendable private func declare(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        let message = try await call.message(ArtifactRequest.self)
        guard let key = ContentKey(message.digest) else {
            throw APIError(.badDigest, "The digest is not sha256: and 64 digits.")
        }
        var random = SystemRandomNumberGenerator()
        let standing = try await intake.declare(
            ArtifactStore.Declaration(
                id: ArtifactID(at: now(), using: &random), name: message.name,
                kind: message.kind, mediaType: message.mediaType, sizeBytes: message.sizeBytes,
                key: key, partBytes: message.partBytes, role: message.role,
                benchmark: message.benchmark, facts: Parameters(message.facts ?? [:])),
            from: holder)
        return try AgentCall<Context>.reply(
            ArtifactReply(
                id: standing.artifact.id.text, missing: standing.missing,
                partBytes: Int(clamping: standing.artifact.partBytes)),
            status: standing.isNew ? .created : .ok)
    }

    /// 200 once it is on disk; 400 `bad_digest`, 404, 413 `part_too_large`, 503 `storage_full`.
    @Sendable private func part(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let holder = try call.holder()
        let announced = try call.header(AgentHeader.digest)
        guard let key = ContentKey(try context.pathText("digest")),
            let number = Int(try context.pathText("part")),
            let standing = try await intake.store.standing(of: key, attempt: holder.attempt),
            let place = standing.place(ofPart: number)
        else { throw APIError(.notFound, "The attempt has declared no such part.") }
        let body = try await call.partBytes(upTo: Int(clamping: standing.artifact.partBytes))
        guard announced == ContentDigest.prefix + SHA256Text.of(body) else {
            throw APIError(.badDigest, "The part does not have the announced digest.")
        }
        guard body.count == place.length else {
            throw APIError(.invalidValue, "Part \(number) has \(place.length) bytes.")
        }
        let after = try await intake.take(body, part: number, of: standing, from: holder)
        return try AgentCall<Context>.reply(
            PartReply(missing: after.missing, complete: after.isStored))
    }
}

extension AgentCall {
    fileprivate func partBytes(upTo limit: Int) async throws -> [UInt8] {
        do {
            return try await bytes(upTo: limit)
        } catch let refusal as APIError where refusal.reason == .bodyTooLarge {
            throw APIError(
                .partTooLarge, "A part has at most \(limit) bytes.",
                details: ["limit_bytes": .integer(Int64(limit))])
        }
    }
}
