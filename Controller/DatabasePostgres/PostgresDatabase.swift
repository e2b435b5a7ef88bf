// DatabasePostgres: the `Database` protocol over libpq.
// Enters: transactions. Leaves: their results, after the commit. Each connection has a thread of
// its own, on which libpq's blocking calls run; LISTEN has one connection more.

import CLibPQ
package import Database

package struct PostgresConfiguration: Sendable {
    /// A libpq connection string or URI; its password is a secret.
    package var connectionString: String
    /// Instead of one in the connection string.
    package var password: String?
    /// Connections kept open when idle.
    package var minimumConnections = 1
    package var maximumConnections = 8
    /// How long a transaction may wait for a connection.
    package var acquireTimeout = Duration.seconds(5)
    package var connectTimeout = Duration.seconds(5)
    package var statementTimeout = Duration.seconds(30)
    /// How long a statement may wait for another's lock.
    package var lockTimeout = Duration.seconds(10)
    /// When a connection above the minimum is closed.
    package var idleTimeout = Duration.seconds(300)
    /// When a connection is made anew before its next use.
    package var maximumLifetime = Duration.seconds(1800)
    /// How many transactions may wait.
    package var queueCapacity = 10_000
    /// Where tables are looked for, instead of where the role's settings say.
    package var schema: String?
    package var applicationName = "fleetmark-controller"

    package init(connectionString: String) { self.connectionString = connectionString }
}

/// How many connections a pool has.
package struct PoolUsage: Sendable, Equatable {
    package let idle: Int
    /// In a transaction.
    package let active: Int
    package let maximum: Int
}

/// A PostgreSQL database of encoding UTF8 whose texts sort by their bytes.
package final class PostgresDatabase: Database {
    package let dialect = Dialect.postgres
    private let pool: PostgresPool
    private let listener: PostgresListener

    /// Connects and checks that the database is one that we can use.
    /// - Throws: `DatabaseFailure.unavailable`, also for a database of another collation.
    package static func open(
        _ configuration: PostgresConfiguration
    ) async throws -> PostgresDatabase {
        let database = try PostgresDatabase(configuration)
        database.pool.start()
        do {
            try await database.checkCollation()
        } catch {
            await database.close()
            throw error
        }
        return database
    }

    private init(_ configuration: PostgresConfiguration) throws(DatabaseFailure) {
        let settings = PostgresSettings(configuration)
        pool = PostgresPool(configuration, settings)
        listener = try PostgresListener(settings)
    }

    package func transaction<T: Sendable>(
        _ kind: TransactionKind, _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        let cancellation = CancellationFlag()
        let pool = pool
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                pool.submit(PooledWork(kind, cancellation, continuation, body))
            }
        } onCancel: {
            cancellation.raise()
            pool.cancel(cancellation)
        }
    }

    /// Connections as they are at this moment.
    package var usage: PoolUsage { pool.usage }

    package func nowMicroseconds() async throws -> Int64 {
        try await transaction(.read) { try $0.nowMicroseconds() }
    }

    package func listen(_ channels: [String]) -> AsyncStream<DatabaseNotification> {
        listener.subscribe(channels)
    }

    package func close() async {
        await pool.close()
        await listener.close()
    }

    /// Other collations sort otherwise than SQLite does, and pages would depend on the store.
    private func checkCollation() async throws {
        let collation = try await transaction(.read) { connection in
            try connection.query(
                """
                SELECT CAST(datcollate AS TEXT) AS collation FROM pg_database
                WHERE datname = current_database()
                """
            ).first?.text("collation")
        }
        let binary = ["C", "POSIX", "C.UTF-8", "C.utf8"]
        guard let collation, binary.contains(collation) else {
            throw DatabaseFailure.unavailable(
                reason: "its collation is \(collation ?? "unknown"), not C.UTF-8: make it by "
                    + "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        }
    }
}
