package import Database

/// What all controllers over one database must share and nobody else may know.
package struct InstallationSecretStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// The stored value of the name, which is `fresh` if there was none, in one transaction.
    package func value(_ name: String, otherwise fresh: String) async throws -> String {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                """
                INSERT INTO installation_secret (name, value, created_us) VALUES ($1, $2, $3)
                ON CONFLICT (name) DO NOTHING
                """, [.text(name), .text(fresh), .time(try connection.now())])
            let rows = try connection.query(
                "SELECT value FROM installation_secret WHERE name = $1", [.text(name)])
            guard let row = rows.first else { throw StoreFailure.corrupt("secret \(name)") }
            return try row.text("value")
        }
    }
}
