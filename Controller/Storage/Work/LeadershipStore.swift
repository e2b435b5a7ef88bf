package import Database
import FleetModel

/// Which of several controllers sweeps; a row with an end, not a process.
package struct LeadershipStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    package enum Standing: Hashable, Sendable {
        /// Leading without a gap since the last call of some leader.
        case leading
        /// Leading after a time in which nobody led: deadlines were moved on by the gap's grace.
        case resumed
        case following
    }

    /// Whether some controller leads at present.
    package func hasLeader(_ name: String) async throws -> Bool {
        try await database.transaction(.read) { connection in
            let sql = "SELECT until_us FROM leadership WHERE name = $1"
            guard let row = try connection.query(sql, [.text(name)]).first else { return false }
            return try row.time("until_us") > connection.now()
        }
    }

    /// Takes or keeps the leadership, in one transaction.
    ///
    /// After a gap, when every controller or the database was away, live leases are extended to
    /// `grace` from now: silence towards a dead controller is no fault of the agents.
    package func lead(
        _ name: String, as holder: String, for term: Duration, grace: Duration
    ) async throws -> Standing {
        try await database.transaction(.write(.urgent)) { connection in
            let now = try connection.now()
            let sql =
                "SELECT holder, until_us FROM leadership WHERE name = $1" + connection.forUpdate
            let row = try connection.query(sql, [.text(name)]).first
            if let row, try row.text("holder") != holder, try row.time("until_us") > now {
                return .following
            }
            let until = try row?.time("until_us")
            _ = try connection.execute(
                """
                INSERT INTO leadership (name, holder, term, until_us) VALUES ($1, $2, 1, $3)
                ON CONFLICT (name) DO UPDATE SET holder = $2, until_us = $3,
                    term = leadership.term + 1
                """, [.text(name), .text(holder), .time(now + term)])
            guard let until, until < now else { return .leading }
            _ = try connection.execute(
                """
                UPDATE attempt SET
                    lease_until_us = CASE WHEN lease_until_us < $1 THEN $1 ELSE lease_until_us END,
                    lost_at_us = CASE WHEN lost_at_us < $1 THEN $1 ELSE lost_at_us END
                WHERE is_live = 1
                """, [.time(now + grace)])
            return .resumed
        }
    }
}
