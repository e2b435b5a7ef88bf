import FleetModel
import Hummingbird
import Logging
package import Storage
package import WebSupport

/// What monitors ask, without credentials (API contract, §3.8; perfgate contract, §13).
///
/// Added to the root router: `/health`, `/ready` and `/metrics` are no part of the API.
package struct HealthRoutes<Context: FleetContext>: DescribedRoutes {
    /// One thing without which the controller cannot work.
    package struct Check: Sendable {
        /// A word of the contract: database, migrations, ca, leadership or disk.
        let name: String
        let isPassing: @Sendable () async -> Bool

        package init(_ name: String, isPassing: @escaping @Sendable () async -> Bool) {
            self.name = name
            self.isPassing = isPassing
        }
    }

    /// What is so for as long as the controller runs.
    package struct Facts: Sendable {
        let version: String
        /// `memory`, `sqlite` or `postgres`.
        let backend: String
        /// Whether calls need no credentials.
        let isSandbox: Bool
        /// Nil for a store without a pool.
        let pool: @Sendable () -> Pool?

        package init(
            version: String, backend: String, isSandbox: Bool = false,
            pool: @escaping @Sendable () -> Pool? = { nil }
        ) {
            self.version = version
            self.backend = backend
            self.isSandbox = isSandbox
            self.pool = pool
        }
    }

    /// The database's connections.
    package struct Pool: Sendable {
        package let idle: Int
        package let active: Int
        package let maximum: Int

        package init(idle: Int, active: Int, maximum: Int) {
            self.idle = idle
            self.active = active
            self.maximum = maximum
        }
    }

    let facts: Facts
    let checks: [Check]
    let counts: FleetCountStore
    let meters: [any MetricSource]

    package init(
        facts: Facts, checks: [Check], counts: FleetCountStore, meters: [any MetricSource]
    ) {
        self.facts = facts
        self.checks = checks
        self.counts = counts
        self.meters = meters
    }

    package var subject: String { "Service" }

    package var routes: [Route<Context>] {
        Route.get("health", "Whether it works, as perfgate asks", by: .unasked, use: health)
            .ignoringOthers().gives(.health)
        Route.get("api/v1/health", "The same", by: .unasked, use: health)
            .ignoringOthers().gives(.health)
        Route.get("api/v1/info", "Whether a key is asked for", by: .unasked, use: info)
            .ignoringOthers().gives(.object(["local_mode": .boolean]))
        Route.get("ready", "Whether it may be sent calls", by: .unasked, use: ready)
            .ignoringOthers().gives(.readiness).gives(.serviceUnavailable, .readiness)
        Route.get("metrics", "Figures for Prometheus", by: .unasked, use: metrics)
            .ignoringOthers().gives(as: ["text/plain": .text])
    }

    /// 200 in either case: who only asks whether the process answers has its answer.
    @Sendable private func health(
        _ request: Request, _ context: Context
    ) async throws -> JSONValue {
        let failing = await failing()
        var storage: [String: JSONValue] = [
            "backend": .string(facts.backend),
            "status": failing.contains("database") ? "unhealthy" : "healthy",
        ]
        if failing.contains("database") { storage["detail"] = "connection_error" }
        var health: [String: JSONValue] = [
            "status": failing.isEmpty ? "healthy" : "degraded", "version": .string(facts.version),
            "storage": .object(storage),
        ]
        if let pool = facts.pool() {
            health["pool"] = .object([
                "idle": .integer(Int64(pool.idle)), "active": .integer(Int64(pool.active)),
                "max": .integer(Int64(pool.maximum)),
            ])
        }
        return .object(health)
    }

    /// 200: what perfgate's dashboard asks before it asks for a key.
    @Sendable private func info(_ request: Request, _ context: Context) -> JSONValue {
        .object(["local_mode": .bool(facts.isSandbox)])
    }

    /// 200, or 503 with what fails.
    @Sendable private func ready(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        let failing = await failing()
        let body: JSONValue =
            failing.isEmpty
            ? .object(["ready": true])
            : .object(["ready": false, "failing": .array(failing.map { .string($0) })])
        var response = body.response(from: request, context: context)
        if !failing.isEmpty { response.status = .serviceUnavailable }
        return response
    }

    private func failing() async -> [String] {
        var names: [String] = []
        for check in checks where await !check.isPassing() { names.append(check.name) }
        return names
    }

    /// 200 in the text form of Prometheus; without the fleet's figures while the database is away.
    @Sendable private func metrics(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        var text = MetricText()
        for meter in meters { meter.write(to: &text) }
        do {
            Self.write(try await counts.counts(), to: &text)
        } catch {
            context.logger.warning(
                "the fleet cannot be counted", metadata: .init([.error: "\(error)"]))
        }
        return Response(
            status: .ok, headers: [.contentType: MetricText.mediaType],
            body: .init(byteBuffer: ByteBuffer(string: text.text)))
    }

    private static func write(_ counts: FleetCountStore.Counts, to text: inout MetricText) {
        text.add(
            "fleetmark_jobs_open", .gauge, help: "Jobs that have not ended.",
            counts.openJobs.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { .init(Double($0.value), labels: [("state", $0.key.rawValue)]) })
        text.add(
            "fleetmark_queue_oldest_wait_seconds", .gauge,
            help: "How long the queued job that has waited longest has waited.",
            [.init(counts.oldestWait / .seconds(1))])
        text.add(
            "fleetmark_attempts_live", .gauge, help: "Attempts that agents work on.",
            [.init(Double(counts.liveAttempts))])
        text.add(
            "fleetmark_attempts_unreachable", .gauge,
            help: "Live attempts whose agent has not been heard of for too long.",
            [.init(Double(counts.unreachableAttempts))])
        text.add(
            "fleetmark_hosts", .gauge, help: "Hosts by state.",
            counts.hosts.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { .init(Double($0.value), labels: [("state", $0.key.rawValue)]) })
    }
}
