import FleetModel
import Hummingbird
import Identity
package import Storage
package import WebSupport

/// What the fleet knows of a host beside its results (API contract, §3.6).
package struct HostWatchRoutes<Context: FleetContext>: DescribedRoutes {
    let hosts: HostStore
    let certificates: CertificateStore
    let measurements: MeasurementStore

    package init(
        hosts: HostStore, certificates: CertificateStore, measurements: MeasurementStore
    ) {
        self.hosts = hosts
        self.certificates = certificates
        self.measurements = measurements
    }

    package var subject: String { "Hosts" }

    package var routes: [Route<Context>] {
        Route.get("hosts/:host/canary", "What its canaries gave", by: .scope(.read), use: canaries)
            .gives(.canaries)
        Route.post("hosts/:host/canary", "Asks for canaries", by: .scope(.operate), use: ask)
            .gives(.accepted, .canaryRequest).refuses(.stateConflict)
        Route.get("hosts/:host/events", "What happened on it", by: .scope(.operate), use: events)
            .gives(.page(.hostEvent), "Newest first.")
        Route.get("hosts/:host/doctor", "What it cannot give", by: .scope(.operate), use: doctor)
            .gives(.page(.hostLimit))
        Route.get("hosts/:host/tuning", "Its settings", by: .scope(.operate), use: tuning)
            .gives(.page(.hostSetting))
        Route.get(
            "hosts/:host/diff/:other", "Facts that two hosts do not share", by: .scope(.read),
            use: differences
        ).gives(.page(.hostDifference))
    }

    private static var canariesShown: Int { 1000 }
    private static var eventsRead: Int { 200 }
    private static var attemptsRead: Int { 20 }

    /// 200: results newest first, with their limits; 404.
    @Sendable private func canaries(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try context.require(anywhere: .read)
        let host = try await host(context)
        return JSONValue(
            try await hosts.canaries(of: host.id, limit: Self.canariesShown), of: host)
    }

    /// 202: the host runs all canaries as soon as it has no work; 404, 409 `state_conflict`.
    @Sendable private func ask(_ request: Request, _ context: Context) async throws -> Response {
        let key = try context.require(.operate)
        let host = try await host(context)
        do {
            let wanted = try await hosts.askForCanaries(host.id, auditedAs: key.id)
            let reply: JSONValue = .object([
                "kind": "canary", "state": "queued", "host_id": .string(host.id.text),
                "wanted_us": .integer(wanted.microseconds),
            ])
            return Response(
                status: .accepted, headers: [.contentType: "application/json; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: reply.text)))
        } catch StoreFailure.hostNotClaimable(let state) {
            throw APIError(
                .stateConflict, "The host is \(state.rawValue); it has no agent to run canaries.")
        }
    }

    /// 200: what happened on the host, newest first; 404.
    @Sendable private func events(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let host = try await operated(request, context)
        let found = HostTimeline.events(
            HostTimeline.Sources(
                host: host, starts: try await hosts.starts(of: host.id, limit: Self.eventsRead),
                moves: try await hosts.moves(of: host.id, limit: Self.eventsRead),
                certificates: try await certificates.certificates(
                    of: host.id, after: nil, limit: Self.eventsRead),
                canaries: try await hosts.canaries(of: host.id, limit: Self.canariesShown)))
        return .page(found.prefix(Self.eventsRead).flatMap(JSONValue.events))
    }

    /// 200: what the host cannot give, as its agent said last; 404.
    @Sendable private func doctor(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let host = try await operated(request, context)
        return .page(try await sheet(of: host.id).limits.map { JSONValue($0) })
    }

    /// 200: the settings of the host in the newest attempt that says any; 404.
    @Sendable private func tuning(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let host = try await operated(request, context)
        for attempt in try await hosts.attempts(on: host.id, limit: Self.attemptsRead) {
            for receipt in try await measurements.receipts(of: attempt.id).reversed()
            where receipt.kind == "isolation" {
                guard let record = try? JSONParser.parse(Array(receipt.body.utf8)),
                    case .object(let members) = record,
                    case .array(let knobs)? = members["tuning"], !knobs.isEmpty
                else { continue }
                return .page(knobs.compactMap { JSONValue(knob: $0, in: attempt) })
            }
        }
        return .page([])
    }

    /// 200: the facts that the two hosts do not share, as their agents said last; 404.
    @Sendable private func differences(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        try context.require(anywhere: .read)
        let first = try await host(context)
        let second = try await host(context, "other")
        let found = try await sheet(of: first.id).differences(to: try await sheet(of: second.id))
        return .page(found.map { JSONValue($0) })
    }

    private func sheet(of host: HostID) async throws -> HostFactSheet {
        HostFactSheet(try await hosts.starts(of: host, limit: 1).first?.facts)
    }

    private func operated(_ request: Request, _ context: Context) async throws -> HostRecord {
        try context.require(.operate)
        return try await host(context)
    }

    private func host(_ context: Context, _ name: String = "host") async throws -> HostRecord {
        guard let host = try await hosts.host(try context.pathIdentifier(name)) else {
            throw APIError(.notFound, "There is no such host.")
        }
        return host
    }
}
