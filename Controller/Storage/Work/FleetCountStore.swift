package import Database
package import FleetModel

/// How much of what there is now, for operators.
package struct FleetCountStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package struct Counts: Hashable, Sendable {
        /// Jobs that have not ended.
        package var openJobs: [JobState: Int64] = [:]
        package var liveAttempts: Int64 = 0
        /// Of these, how many have not been heard of for too long.
        package var unreachableAttempts: Int64 = 0
        package var hosts: [HostState: Int64] = [:]
        /// The longest that a queued job has waited.
        package var oldestWait: Duration = .zero

        package init() {}
    }

    package func counts() async throws -> Counts {
        try await database.transaction(.read) { connection in
            var counts = Counts()
            let now = try connection.now()
            let jobs = try connection.query(
                """
                SELECT state, COUNT(*) AS number, MIN(queued_us) AS oldest FROM job
                WHERE state IN ('waiting', 'queued', 'running', 'processing') GROUP BY state
                """)
            for row in jobs {
                guard let state = JobState(rawValue: try row.text("state")) else { continue }
                counts.openJobs[state] = try row.integer("number")
                guard state == .queued else { continue }
                counts.oldestWait = max(.zero, now - (try row.time("oldest")))
            }
            let hosts = try connection.query(
                "SELECT state, COUNT(*) AS number FROM host WHERE \(DeclaredHost.isNone) "
                    + "GROUP BY state")
            for row in hosts {
                guard let state = HostState(rawValue: try row.text("state")) else { continue }
                counts.hosts[state] = try row.integer("number")
            }
            let attempts = try connection.query(
                """
                SELECT COUNT(*) AS number, COUNT(unreachable_since_us) AS silent
                FROM attempt WHERE is_live = 1
                """)
            counts.liveAttempts = try attempts.first?.integer("number") ?? 0
            counts.unreachableAttempts = try attempts.first?.integer("silent") ?? 0
            return counts
        }
    }
}
