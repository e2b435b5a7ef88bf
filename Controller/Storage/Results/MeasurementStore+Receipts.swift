import Database
package import FleetModel

extension MeasurementStore {
    /// What an attempt said of how and where it measured, as the agent wrote it.
    package struct Receipt: Hashable, Sendable {
        /// `isolation`, `environment` or `counters`.
        package let kind: String
        /// The record as JSON.
        package let body: String

        package init(kind: String, body: String) {
            self.kind = kind
            self.body = body
        }
    }

    /// In the order in which they came, in one transaction.
    package func receipts(of attempt: AttemptID) async throws -> [Receipt] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT kind, body FROM receipt WHERE attempt_id = $1 ORDER BY number",
                [.id(attempt)]
            ).map { Receipt(kind: try $0.text("kind"), body: try $0.text("body")) }
        }
    }
}
