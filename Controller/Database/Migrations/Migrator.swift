/// Brings a database's schema up to date.
///
/// Each step is one transaction under a lock that all controllers of a database share, so several
/// may start at once; a step that fails leaves nothing of itself.
package enum Migrator {
    /// Any number that no other advisory lock of ours uses: the bytes of "fleetmig".
    private static let lockNumber: Int64 = 0x666C_6565_746D_6967

    /// Applies the steps that are missing.
    /// - Returns: the names applied by this call, in order.
    /// - Throws: `MigrationFailure` or `DatabaseFailure`; steps before the failing one stay.
    @discardableResult
    package static func run(
        _ migrations: [Migration], on database: any Database
    ) async throws -> [String] {
        try checkList(migrations)
        var applied: [String] = []
        while let name = try await applyNext(of: migrations, on: database) {
            applied.append(name)
        }
        return applied
    }

    private static func applyNext(
        of migrations: [Migration], on database: any Database
    ) async throws -> String? {
        try await database.transaction(.write(.ordinary)) { connection in
            try prepare(connection)
            let done = try appliedChecksums(connection)
            guard let next = try pending(migrations, done, connection.dialect) else { return nil }
            for statement in try next.statements(for: connection.dialect) {
                try connection.execute(statement)
            }
            _ = try connection.execute(
                "INSERT INTO migration (name, checksum, applied_us) VALUES ($1, $2, $3)",
                [
                    .text(next.name), .text(next.checksum(for: connection.dialect)),
                    .integer(try connection.nowMicroseconds()),
                ])
            return next.name
        }
    }

    /// Takes the lock until the transaction's end and makes the table of applied steps.
    private static func prepare(_ connection: any Connection) throws(DatabaseFailure) {
        if connection.dialect == .postgres {
            try connection.execute("SET LOCAL statement_timeout = 0")
            try connection.execute("SET LOCAL lock_timeout = 0")
            _ = try connection.query(
                "SELECT pg_advisory_xact_lock($1)", [.integer(lockNumber)])
        }
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS migration (
                name TEXT NOT NULL PRIMARY KEY,
                checksum TEXT NOT NULL,
                applied_us BIGINT NOT NULL
            )
            """)
    }

    /// The names of the steps that a database has, in order.
    package static func applied(on database: any Database) async throws -> [String] {
        try await database.transaction(.read) { connection in
            try appliedChecksums(connection).map(\.name)
        }
    }

    private static func appliedChecksums(
        _ connection: any Connection
    ) throws(DatabaseFailure) -> [(name: String, checksum: String)] {
        var done: [(String, String)] = []
        for row in try connection.query("SELECT name, checksum FROM migration ORDER BY name") {
            done.append((try row.text("name"), try row.text("checksum")))
        }
        return done
    }

    /// The first step that is missing, after all applied ones were found to be ours.
    private static func pending(
        _ migrations: [Migration], _ done: [(name: String, checksum: String)],
        _ dialect: Dialect
    ) throws(MigrationFailure) -> Migration? {
        let known = Dictionary(uniqueKeysWithValues: migrations.map { ($0.name, $0) })
        for step in done {
            guard let migration = known[step.name] else { throw .unknown(step.name) }
            guard migration.checksum(for: dialect) == step.checksum else {
                throw .changed(step.name)
            }
        }
        let names = Set(done.map(\.name))
        let next = migrations.first { !names.contains($0.name) }
        if let next, let last = done.last, next.name < last.name { throw .outOfOrder(next.name) }
        return next
    }

    private static func checkList(_ migrations: [Migration]) throws(MigrationFailure) {
        var last = ""
        for migration in migrations {
            guard isName(migration.name), last.prefix(5) < migration.name.prefix(5) else {
                throw .invalidList(migration.name)
            }
            last = migration.name
        }
    }

    /// `m`, four digits, `_`, words.
    private static func isName(_ name: String) -> Bool {
        let digits = name.dropFirst().prefix(4)
        return name.hasPrefix("m") && digits.count == 4 && digits.utf8.count == 4
            && digits.allSatisfy(\.isWholeNumber) && name.dropFirst(5).hasPrefix("_")
            && StatementCheck.isIdentifier(name)
    }
}
