import Database
import DatabasePostgres
import Dispatch
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)), .enabled(if: TestPostgres.server != nil))
struct PostgresDriverTests {
    private static let endOwnBackend = "SELECT pg_terminate_backend(pg_backend_pid())"

    @Test func `a broken connection is made again`() async throws {
        try await withPool { database in
            for _ in 0..<3 {
                guard case .unavailable = await failure(of: database, Self.endOwnBackend) else {
                    Issue.record("the connection did not break")
                    return
                }
                #expect(await failure(of: database, "SELECT 1 AS a") == nil)
            }
        }
    }

    @Test func `a connection that broke while idle is not noticed`() async throws {
        try await TestPostgres.withEmptyDatabase { connectionString in
            let database = try await open(connectionString)
            try await TestPostgres.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """, on: connectionString)
            #expect(await failure(of: database, "SELECT 1 AS a") == nil)
            await database.close()
        }
    }

    @Test func `a connection that breaks in the commit leaves the outcome open`() async throws {
        try await withPool { database in
            try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE t (a BIGINT)")
                try connection.execute(
                    """
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
                    """)
                try connection.execute(
                    """
                    CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON t
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
                    """)
            }
            guard
                case .commitOutcomeUnknown = await failure(
                    of: database, "INSERT INTO t (a) VALUES (1)")
            else {
                Issue.record("the outcome was told")
                return
            }
            #expect(await failure(of: database, "SELECT 1 AS a") == nil)
        }
    }

    @Test func `a deadlock is told and may be retried`() async throws {
        try await withPool { database in
            try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)")
                try connection.execute("INSERT INTO t (id, n) VALUES (1, 0), (2, 0)")
            }
            let meetings = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
            let failures = await withTaskGroup(of: DatabaseFailure?.self) { group in
                for side in 0..<2 {
                    group.addTask {
                        do {
                            try await database.transaction(.write(.ordinary)) { connection in
                                let sql = "UPDATE t SET n = n + 1 WHERE id = $1"
                                _ = try connection.execute(sql, [.integer(Int64(side + 1))])
                                meetings[1 - side].signal()
                                meetings[side].wait()
                                _ = try connection.execute(sql, [.integer(Int64(2 - side))])
                            }
                            return nil
                        } catch {
                            return error as? DatabaseFailure
                        }
                    }
                }
                return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(failures.count == 1)
            guard case .serialization = failures.first else {
                Issue.record("\(failures)")
                return
            }
            #expect(failures.first?.isRetryable == true)
        }
    }

    @Test func `a wait for a connection ends`() async throws {
        try await TestPostgres.withEmptyDatabase { connectionString in
            var configuration = PostgresConfiguration(connectionString: connectionString)
            configuration.maximumConnections = 1
            configuration.acquireTimeout = .milliseconds(50)
            let database = try await PostgresDatabase.open(configuration)
            let release = DispatchSemaphore(value: 0)
            let (started, start) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            async let holder: Void = database.transaction(.read) { _ in
                start.yield()
                release.wait()
            }
            for await _ in started { break }
            guard case .unavailable = await failure(of: database, "SELECT 1 AS a") else {
                Issue.record("got a connection")
                release.signal()
                return
            }
            release.signal()
            try await holder
            #expect(await failure(of: database, "SELECT 1 AS a") == nil)
            await database.close()
        }
    }

    @Test func `a listener whose connection broke listens again`() async throws {
        try await TestPostgres.withEmptyDatabase { connectionString in
            let database = try await open(connectionString)
            var heard = database.listen(["jobs"]).makeAsyncIterator()
            #expect(await heard.next() == .init(resync: "jobs"))
            try await TestPostgres.run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'LISTEN%'
                """, on: connectionString)
            #expect(await heard.next() == .init(resync: "jobs"))
            try await database.transaction(.write(.ordinary)) { try $0.notify("jobs", "again") }
            #expect(await heard.next() == .init(channel: "jobs", payload: "again"))
            await database.close()
        }
    }

    @Test func `an unreachable server and a wrong collation are told`() async throws {
        await #expect(throws: DatabaseFailure.self) {
            try await open("host=/nonexistent dbname=x")
        }
        try await TestPostgres.run(
            "SELECT 1", on: try #require(TestPostgres.server))
    }

    @Test(arguments: [
        "0", "1", "-1", "10000", "12345678901234567890.000123", "-0.00010", "0.5", "1e-20",
        "99999999", "NaN",
    ])
    func `a decimal comes as the text that the server writes`(_ number: String) async throws {
        try await withPool { database in
            let row = try await database.transaction(.read) { connection in
                try connection.query(
                    "SELECT CAST('\(number)' AS NUMERIC) AS n, "
                        + "CAST(CAST('\(number)' AS NUMERIC) AS TEXT) AS t")[0]
            }
            #expect(try row.text("n") == row.text("t"))
        }
    }

    private func withPool(_ body: (any Database) async throws -> Void) async throws {
        try await withDatabase(.postgres, body: body)
    }

    private func open(_ connectionString: String) async throws -> PostgresDatabase {
        var configuration = PostgresConfiguration(connectionString: connectionString)
        configuration.maximumConnections = 2
        return try await PostgresDatabase.open(configuration)
    }
}
