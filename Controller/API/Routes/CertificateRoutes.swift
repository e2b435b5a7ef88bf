import CrashPoints
import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// Agents' certificates and their revocation (API contract, §3.6).
package struct CertificateRoutes<Context: FleetContext>: DescribedRoutes {
    let certificates: CertificateStore
    let cursors: CursorCodec

    package init(certificates: CertificateStore, cursors: CursorCodec) {
        self.certificates = certificates
        self.cursors = cursors
    }

    package var subject: String { "Hosts" }

    package var routes: [Route<Context>] {
        Route.get("certificates", "Certificates of agents", by: .scope(.operate), use: list)
            .takes(.one("host_id", .identifier, "Of one host.")).takes(.paging)
            .gives(.page(.certificate), "Newest first.")
            .refuses(.badCursor, .cursorMismatch)
        Route.post(
            "certificates/:serial/revoke", "Ends a certificate at once", by: .scope(.operate),
            use: revoke
        ).reads(.body(["reason": .text(1...500)])).gives(.certificate)
    }

    /// 200: newest first; `host_id` leaves out those of other hosts.
    @Sendable private func list(_ request: Request, _ context: Context) async throws -> JSONValue {
        try context.require(.operate)
        let query = try QueryParameters(request)
        var host: HostID?
        if let text = try query.single("host_id") {
            guard let id = HostID(text) else {
                throw APIError(.invalidValue, "The parameter host_id is not an identifier.")
            }
            host = id
        }
        let binding = "certificates \(host?.text ?? "")"
        let page = try PageRequest(query, codec: cursors, binding: binding)
        let found = try await certificates.certificates(
            of: host, after: page.after.flatMap(Self.position), limit: page.limit + 1)
        let shown = Array(found.prefix(page.limit))
        var next: JSONValue = .null
        if found.count > page.limit, let last = shown.last,
            let cursor = cursors.cursor(
                at: ListPosition(["\(last.createdAt.microseconds)", last.serial]),
                binding: binding)
        {
            next = .string(cursor)
        }
        return .object(["items": .array(shown.map { JSONValue($0) }), "next_cursor": next])
    }

    private static func position(_ position: ListPosition) -> CertificateStore.Position? {
        guard position.values.count == 2, let time = Int64(position.values[0]) else { return nil }
        return CertificateStore.Position(
            createdAt: ServerTime(microseconds: time), serial: position.values[1])
    }

    private struct RevokeRequest: Decodable {
        let reason: String
    }

    /// 200, also for one that was revoked before; 404.
    @Sendable private func revoke(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let key = try context.require(.operate)
        let body = try await request.decodeBody(RevokeRequest.self, context: context)
        let reason = body.reason
        guard (1...500).contains(reason.count), !reason.contains(where: \.isNewline) else {
            throw APIError(
                .outOfRange, "A reason is one line of 1 to 500 characters.",
                details: ["pointer": "/reason"])
        }
        let serial = try context.pathText("serial").lowercased()
        CrashPoint.revocationStoring.reach()
        let revoked = try await certificates.revoke(
            serial: serial, reason: reason, auditedAs: key.id)
        CrashPoint.revocationStored.reach()
        return JSONValue(revoked)
    }
}

extension JSONValue {
    init(_ certificate: CertificateRecord) {
        self = .members([
            "serial": .string(certificate.serial), "host_id": .string(certificate.host.text),
            "not_before_us": .integer(certificate.validFrom.microseconds),
            "not_after_us": .integer(certificate.validUntil.microseconds),
            "revoked_us": certificate.revokedAt.map { .integer($0.microseconds) },
            "reason": certificate.revokeReason.map { .string($0) },
        ])
    }
}
