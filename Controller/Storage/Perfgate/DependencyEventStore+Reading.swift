import Database
package import FleetModel

extension DependencyEventStore {
    /// What a question about events is narrowed to.
    package struct Question: Hashable, Sendable {
        /// Inclusive.
        package let since: ServerTime?
        /// Of alerts, or of events.
        package let limit: Int64
        /// Whose runs are looked at; what clients told is looked at in any case.
        package let projects: ReadableProjects

        package init(since: ServerTime?, limit: Int64, projects: ReadableProjects = .all) {
            self.since = since
            self.limit = limit
            self.projects = projects
        }

        func narrow(_ narrowing: inout Narrowing) {
            if let since { narrowing.match(.time(since)) { "created_us >= \($0)" } }
            narrowing.require(projects, unless: "run_id IS NULL")
        }
    }

    /// A change that made several projects worse.
    package struct Alert: Hashable, Sendable {
        package let change: Change
        package let projects: Int64
        package let meanDelta: Double
        package let firstSeen: ServerTime
        /// In the order of their arrival.
        package let affected: [Effect]
    }

    /// Events that the alerts of one reply tell of, together.
    private static let affectedLimit: Int64 = 100_000
    /// More projects make an alert no surer. Source: perfgate contract, §9.2.
    package static let surelyAffected: Int64 = 5

    /// Surest first, then worst first, in one transaction.
    package func alerts(_ question: Question, projects: Int64) async throws -> [Alert] {
        var narrowing = Narrowing("delta > $1", .real(0))
        question.narrow(&narrowing)
        let chosen = narrowing
        return try await database.transaction(.read) { connection in
            var room = Self.affectedLimit
            var alerts: [Alert] = []
            let groups = try connection.query(
                Self.groups(chosen),
                chosen.binds + [
                    .integer(projects), .integer(Self.surelyAffected), .integer(question.limit),
                ])
            for group in groups where room > 0 {
                let change = try Change(group)
                let affected = try Self.effects(of: change, chosen, limit: room, connection)
                room -= Int64(affected.count)
                alerts.append(
                    Alert(
                        change: change, projects: try group.integer("projects"),
                        meanDelta: try group.real("mean_delta"),
                        firstSeen: try group.time("first_us"), affected: affected))
            }
            return alerts
        }
    }

    private static func groups(_ narrowing: Narrowing) -> String {
        let count = narrowing.binds.count
        return """
            SELECT dependency, old_version, new_version, count(DISTINCT project) AS projects,
                avg(delta) AS mean_delta, min(created_us) AS first_us
            FROM dependency_event WHERE \(narrowing.condition)
            GROUP BY dependency, old_version, new_version
            HAVING count(DISTINCT project) >= $\(count + 1)
            ORDER BY CASE WHEN count(DISTINCT project) > $\(count + 2) THEN $\(count + 2)
                    ELSE count(DISTINCT project) END DESC,
                avg(delta) DESC, dependency, old_version NULLS FIRST, new_version NULLS FIRST
            LIMIT $\(count + 3)
            """
    }

    private static func effects(
        of change: Change, _ narrowing: Narrowing, limit: Int64, _ connection: any Connection
    ) throws -> [Effect] {
        var narrowing = narrowing
        narrowing.match(.text(change.dependency)) { "dependency = \($0)" }
        for (column, version) in [
            ("old_version", change.oldVersion), ("new_version", change.newVersion),
        ] {
            if let version {
                narrowing.match(.text(version)) { "\(column) = \($0)" }
            } else {
                narrowing.require("\(column) IS NULL")
            }
        }
        return try connection.query(
            """
            SELECT project, benchmark, metric, delta, run_id, params FROM dependency_event
            WHERE \(narrowing.condition) ORDER BY created_us, place, id
            LIMIT $\(narrowing.binds.count + 1)
            """, narrowing.binds + [.integer(limit)]
        ).map { try Effect($0) }
    }

    /// All that is known of one dependency.
    package struct Impact: Hashable, Sendable {
        /// In the order of their arrival, cut to the limit; the figures are of all.
        package let events: [Event]
        package let projects: Int64
        package let meanDelta: Double
    }

    /// One transaction; nothing and zeroes for an unknown name.
    package func impact(of dependency: String, _ question: Question) async throws -> Impact {
        var narrowing = Narrowing("dependency = $1", .text(dependency))
        question.narrow(&narrowing)
        let chosen = narrowing
        return try await database.transaction(.read) { connection in
            let figures = try connection.query(
                """
                SELECT count(DISTINCT project) AS projects, avg(delta) AS mean_delta
                FROM dependency_event WHERE \(chosen.condition)
                """, chosen.binds
            ).first
            let events = try connection.query(
                """
                SELECT * FROM dependency_event WHERE \(chosen.condition)
                ORDER BY created_us, place, id LIMIT $\(chosen.binds.count + 1)
                """, chosen.binds + [.integer(question.limit)]
            ).map { try Event($0) }
            return Impact(
                events: events, projects: try figures?.integer("projects") ?? 0,
                meanDelta: try figures?.optionalReal("mean_delta") ?? 0)
        }
    }
}
