// A fresh database of each kind for one test body.

import CLibPQ
package import Database
import DatabasePostgres
import DatabaseSQLite
import Dispatch
import FoundationEssentials

/// The stores that a contract test runs on.
package enum TestBackend: String, CaseIterable, Sendable, CustomStringConvertible {
    case memory
    case sqlite
    case postgres

    /// All of them, or all but PostgreSQL when no server is given (said once, aloud).
    package static let available: [TestBackend] =
        TestPostgres.server == nil ? [.memory, .sqlite] : allCases

    /// Those where a read and a write can run at the same time.
    package static let concurrent = available.filter { $0 != .memory }

    package var description: String { rawValue }
}

/// What a test sets on its database.
package struct TestDatabaseOptions: Sendable {
    /// SQLite's clock, in microseconds; PostgreSQL has its own.
    package var clock: @Sendable () -> Int64
    package var statementTimeout = Duration.seconds(30)

    package init(clock: @escaping @Sendable () -> Int64 = wallMicroseconds) {
        self.clock = clock
    }
}

/// Microseconds since 1970 by this machine.
package func wallMicroseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

/// Makes a fresh database, runs `body` on it, closes it and removes it.
package func withDatabase(
    _ backend: TestBackend, options: TestDatabaseOptions = .init(),
    body: (any Database) async throws -> Void
) async throws {
    switch backend {
    case .memory: try await withSQLite(path: nil, options, body)
    case .sqlite:
        try await withTemporaryFolder { folder in
            try await withSQLite(path: folder + "/test.sqlite", options, body)
        }
    case .postgres:
        try await TestPostgres.withEmptyDatabase { connectionString in
            var configuration = PostgresConfiguration(connectionString: connectionString)
            configuration.maximumConnections = 4
            configuration.acquireTimeout = .seconds(30)
            configuration.statementTimeout = options.statementTimeout
            try await closing(try await PostgresDatabase.open(configuration), body)
        }
    }
}

/// As above, with SQLite's clock alone.
package func withDatabase(
    _ backend: TestBackend, clock: @escaping @Sendable () -> Int64,
    body: (any Database) async throws -> Void
) async throws {
    try await withDatabase(backend, options: TestDatabaseOptions(clock: clock), body: body)
}

/// Lends an empty folder.
package func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "fleetmark-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    do {
        try await body(folder)
    } catch {
        try? FileManager.default.removeItem(atPath: folder)
        throw error
    }
    try FileManager.default.removeItem(atPath: folder)
}

private func withSQLite(
    path: String?, _ options: TestDatabaseOptions, _ body: (any Database) async throws -> Void
) async throws {
    var configuration = SQLiteConfiguration()
    configuration.statementTimeout = options.statementTimeout
    try await closing(
        try SQLiteDatabase(path: path, configuration: configuration, clock: options.clock), body)
}

private func closing(
    _ database: any Database, _ body: (any Database) async throws -> Void
) async throws {
    do {
        try await body(database)
    } catch {
        await database.close()
        throw error
    }
    await database.close()
}

/// The PostgreSQL server that `FLEETMARK_TEST_POSTGRES` names: a connection string (keywords, not
/// a URI) of a role that may create databases.
package enum TestPostgres {
    package static let server: String? = {
        let given = ProcessInfo.processInfo.environment["FLEETMARK_TEST_POSTGRES"]
        if given == nil {
            print("SKIPPED: all tests on PostgreSQL; set FLEETMARK_TEST_POSTGRES to run them")
        }
        return given
    }()

    /// At most this many databases at once, so that the server's connections suffice.
    private static let slots = TestSlots(count: 8)

    /// Makes a database, lends its connection string, and drops it.
    package static func withEmptyDatabase(
        locale: String = "C.UTF-8", _ body: (String) async throws -> Void
    ) async throws {
        guard let server else { throw DatabaseFailure.unavailable(reason: "no test server") }
        await slots.take()
        let name =
            "fleetmark_test_" + UUID().uuidString.lowercased().replacing("-", with: "").prefix(20)
        do {
            try await run(
                "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8' LOCALE '\(locale)'",
                on: server)
            try await body(server + " dbname=\(name)")
        } catch {
            try? await run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: server)
            await slots.give()
            throw error
        }
        try await run("DROP DATABASE \(name) WITH (FORCE)", on: server)
        await slots.give()
    }

    /// Runs one statement outside any transaction, on a connection of its own.
    package static func run(_ sql: String, on connectionString: String) async throws {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                let connection = PQconnectdb(connectionString)
                let result = PQexec(connection, sql)
                let status = PQresultStatus(result)
                let message = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
                PQclear(result)
                PQfinish(connection)
                if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK {
                    continuation.resume()
                } else {
                    continuation.resume(
                        throwing: DatabaseFailure.unavailable(reason: message))
                }
            }
        }
    }
}

/// A counter of free places.
private actor TestSlots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        guard waiting.isEmpty else {
            waiting.removeFirst().resume()
            return
        }
        free += 1
    }
}
