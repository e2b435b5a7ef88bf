import Database
import Dispatch
import TestSupport
import Testing

@Suite struct TransactionTests {
    struct Refusal: Error, Equatable { let number: Int }

    private static let count = "SELECT n FROM counter"
    private static let step = "UPDATE counter SET n = n + 1"
    /// Takes far longer than any test waits.
    private static let endless = """
        WITH RECURSIVE c (x) AS (
            SELECT CAST(1 AS BIGINT) UNION ALL SELECT x + 1 FROM c WHERE x < 100000000000
        ) SELECT count(*) AS n FROM c
        """

    @Test(arguments: TestBackend.available)
    func `what the body throws rolls back and comes out unchanged`(
        _ backend: TestBackend
    ) async throws {
        try await withCounter(backend) { database in
            await #expect(throws: Refusal(number: 7)) {
                try await database.transaction(.write(.ordinary)) { connection in
                    _ = try connection.execute(Self.step)
                    throw Refusal(number: 7)
                }
            }
            try await expect(0, in: database)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a failed statement aborts its transaction even when swallowed`(
        _ backend: TestBackend
    ) async throws {
        try await withCounter(backend) { database in
            await #expect(throws: DatabaseFailure.uniqueViolation(constraint: "counter_pkey")) {
                try await database.transaction(.write(.ordinary)) { connection in
                    _ = try connection.execute(Self.step)
                    _ = try? connection.execute("INSERT INTO counter (id, n) VALUES (1, 0)")
                    #expect(throws: DatabaseFailure.transactionAborted) {
                        try connection.query(Self.count)
                    }
                }
            }
            try await expect(0, in: database)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a hundred writers at once lose no step`(_ backend: TestBackend) async throws {
        try await withCounter(backend) { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let priority: WritePriority =
                            number.isMultiple(of: 3) ? .urgent : .ordinary
                        _ = try await database.transaction(.write(priority)) { connection in
                            try connection.execute(Self.step)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await expect(100, in: database)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a failing write takes none of its neighbours along`(
        _ backend: TestBackend
    ) async throws {
        try await withCounter(backend) { database in
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            try await database.transaction(.write(.ordinary)) { connection in
                                _ = try connection.execute(Self.step)
                                if number.isMultiple(of: 3) { throw Refusal(number: number) }
                            }
                            return false
                        } catch let refusal as Refusal {
                            return refusal.number == number
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused == 20)
            try await expect(40, in: database)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a read transaction cannot write`(_ backend: TestBackend) async throws {
        try await withCounter(backend) { database in
            for sql in [Self.step, "CREATE TABLE other (a BIGINT)", "DELETE FROM counter"] {
                guard case .readOnly = await failure(of: database, sql, in: .read) else {
                    Issue.record("\(sql) was let through")
                    continue
                }
            }
            await #expect(throws: DatabaseFailure.readOnly(sql: "notify c")) {
                try await database.transaction(.read) { try $0.notify("c", "") }
            }
            try await expect(0, in: database)
            _ = try await database.transaction(.write(.urgent)) { try $0.execute(Self.step) }
            try await expect(1, in: database)
        }
    }

    /// Not on the memory database, whose one connection does one thing after the other.
    @Test(.timeLimit(.minutes(10)), arguments: TestBackend.concurrent)
    func `a read transaction sees one snapshot`(_ backend: TestBackend) async throws {
        try await withCounter(backend) { database in
            let (started, start) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let written = DispatchSemaphore(value: 0)
            async let reads = database.transaction(.read) { connection in
                let before = try connection.query(Self.count)[0].integer("n")
                start.yield()
                written.wait()
                return [before, try connection.query(Self.count)[0].integer("n")]
            }
            for await _ in started { break }
            _ = try await database.transaction(.write(.ordinary)) { try $0.execute(Self.step) }
            written.signal()
            let found = try await reads
            #expect(found == [0, 0])
            try await expect(1, in: database)
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: TestBackend.available)
    func `a cancelled task ends its statement`(_ backend: TestBackend) async throws {
        try await withCounter(backend) { database in
            for kind in [TransactionKind.read, .write(.ordinary)] {
                let (started, start) = AsyncStream.makeStream(
                    of: Void.self, bufferingPolicy: .bufferingNewest(1))
                let task = Task {
                    try await database.transaction(kind) { connection in
                        start.yield()
                        _ = try connection.query(Self.endless)
                    }
                }
                for await _ in started { break }
                task.cancel()
                await #expect(throws: DatabaseFailure.cancelled) { try await task.value }
            }
            _ = try await database.transaction(.write(.ordinary)) { try $0.execute(Self.step) }
            try await expect(1, in: database)
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: TestBackend.available)
    func `a statement over its time ends`(_ backend: TestBackend) async throws {
        var options = TestDatabaseOptions()
        options.statementTimeout = .milliseconds(200)
        try await withCounter(backend, options: options) { database in
            guard case .timedOut = await failure(of: database, Self.endless, in: .read) else {
                Issue.record("the read went on")
                return
            }
            await #expect(throws: DatabaseFailure.self) {
                try await database.transaction(.write(.ordinary)) { connection in
                    _ = try connection.execute(Self.step)
                    _ = try connection.execute("UPDATE counter SET n = (\(Self.endless))")
                }
            }
            try await expect(0, in: database)
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: TestBackend.available)
    func `close ends what waits and lets what runs finish`(
        _ backend: TestBackend
    ) async throws {
        try await withCounter(backend) { database in
            let (started, start) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let release = DispatchSemaphore(value: 0)
            async let running = database.transaction(.write(.ordinary)) { connection in
                start.yield()
                release.wait()
                return try connection.execute(Self.step)
            }
            for await _ in started { break }
            async let closing: Void = database.close()
            // On SQLite the first of these waits until the close ends it; on PostgreSQL each
            // runs on another connection, until the close has begun.
            while await failure(of: database, Self.count) != .closed {}
            release.signal()
            let changed = try await running
            #expect(changed == 1)
            await closing
            #expect(await failure(of: database, Self.count) == .closed)
            await database.close()
        }
    }

    @Test(arguments: TestBackend.available)
    func `a connection is dead after its body`(_ backend: TestBackend) async throws {
        try await withCounter(backend) { database in
            let kept = KeptConnection()
            try await database.transaction(.read) { kept.connection = $0 }
            #expect(throws: DatabaseFailure.closed) { try kept.connection?.query(Self.count) }
        }
    }

    @Test(arguments: TestBackend.available)
    func `time goes on inside a transaction`(_ backend: TestBackend) async throws {
        let before = wallMicroseconds()
        try await withCounter(backend) { database in
            let outside = try await database.nowMicroseconds()
            let (first, second) = try await database.transaction(.read) { connection in
                (try connection.nowMicroseconds(), try connection.nowMicroseconds())
            }
            #expect(outside <= first && first <= second)
            #expect(abs(first - before) < 600_000_000)
        }
    }

    /// A body that breaks the rule and lets its connection escape.
    private final class KeptConnection: @unchecked Sendable {
        var connection: (any Connection)?
    }

    private func withCounter(
        _ backend: TestBackend, options: TestDatabaseOptions = .init(),
        _ body: (any Database) async throws -> Void
    ) async throws {
        try await withDatabase(backend, options: options) { database in
            try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute(
                    "CREATE TABLE counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
                try connection.execute("INSERT INTO counter (id, n) VALUES (1, 0)")
            }
            try await body(database)
        }
    }

    private func expect(
        _ value: Int64, in database: any Database,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await database.transaction(.read) { connection in
            try connection.query(Self.count)[0].integer("n")
        }
        #expect(found == value, sourceLocation: sourceLocation)
    }
}
