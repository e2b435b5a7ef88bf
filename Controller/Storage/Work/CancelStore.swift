package import Database
package import FleetModel

/// Asks jobs to stop; the state machine decides what that means for each.
package struct CancelStore: Sendable {
    let database: any Database
    let settings: LeaseSettings
    let journal: WorkJournal

    package init(
        _ database: any Database, settings: LeaseSettings, journal: WorkJournal = .none
    ) {
        self.database = database
        self.settings = settings
        self.journal = journal
    }

    package enum Scope: Hashable, Sendable, CustomStringConvertible {
        case request(RequestID)
        case run(RunID)
        case job(JobID)

        var named: (kind: String, id: String) {
            switch self {
            case .request(let id): ("request", id.text)
            case .run(let id): ("run", id.text)
            case .job(let id): ("job", id.text)
            }
        }

        package var description: String { named.kind + " " + named.id }
    }

    /// Requests cancellation of every open job in the scope, in one transaction. `actor` is for
    /// people, `auditor` the caller's id.
    /// - Throws: `StoreFailure.notFound` without any job, `terminal` when all have ended.
    package func cancel(
        _ scope: Scope, mode: CancelMode, by actor: String, because reason: String? = nil,
        auditedAs auditor: String? = nil
    ) async throws {
        let settings = settings
        try await database.work(.urgent, settings, journal) { work in
            let connection = work.connection
            let ids = try Self.jobs(in: scope, connection)
            guard !ids.isEmpty else { throw StoreFailure.notFound("\(scope)") }
            // All of them before any run: whoever ends one of them locks in this order.
            let open = try ids.map(work.lockedJob).filter { !$0.state.isTerminal }
            guard !open.isEmpty else { throw StoreFailure.terminal("\(scope)") }
            for job in open {
                try work.apply(
                    .cancelRequested(mode), to: job, attempt: try work.liveAttempt(of: job.id))
                _ = try connection.execute(
                    """
                    UPDATE job SET cancel_by = $2,
                        cancel_reason = COALESCE(CAST($3 AS TEXT), cancel_reason)
                    WHERE id = $1
                    """, [.id(job.id), .text(actor), .text(reason)])
            }
            guard let auditor, let project = open.first?.project else { return }
            var facts = ["mode": mode.rawValue, "jobs": "\(open.count)"]
            facts["reason"] = reason
            let (kind, id) = scope.named
            try AuditStore.append(
                AuditEvent(
                    by: auditor, "cancel", kind, id,
                    in: try ProjectStore.name(of: project, connection)
                ).with(facts: facts), connection)
        }
    }

    private static func jobs(
        in scope: Scope, _ connection: any Connection
    ) throws -> [JobID] {
        let rows =
            switch scope {
            case .request(let id):
                try connection.query(
                    """
                    SELECT job.id AS id FROM job JOIN run ON run.id = job.run_id
                    WHERE run.request_id = $1 ORDER BY job.id
                    """, [.id(id)])
            case .run(let id):
                try connection.query(
                    "SELECT id FROM job WHERE run_id = $1 ORDER BY id", [.id(id)])
            case .job(let id):
                try connection.query("SELECT id FROM job WHERE id = $1", [.id(id)])
            }
        return try rows.map { try $0.id("id") }
    }
}
