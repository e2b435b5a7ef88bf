import Database
import Dispatch
import GRDBSQLite
import TestSupport
import Testing

@testable import DatabaseSQLite

@Suite(.timeLimit(.minutes(10))) struct SQLiteDriverTests {
    @Test func `a file is in WAL mode, fully synced, with foreign keys`() async throws {
        try await withDatabase(.sqlite) { database in
            let row = try await database.transaction(.write(.ordinary)) { connection in
                try connection.query(
                    """
                    SELECT journal_mode, synchronous, foreign_keys
                    FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys
                    """)[0]
            }
            #expect(try row.text("journal_mode") == "wal")
            #expect(try row.integer("synchronous") == 2)
            #expect(try row.integer("foreign_keys") == 1)
        }
    }

    @Test func `the given clock is the time`() async throws {
        try await withDatabase(.memory, clock: { 42 }) { database in
            let inside = try await database.transaction(.read) { try $0.nowMicroseconds() }
            let outside = try await database.nowMicroseconds()
            #expect(inside == 42)
            #expect(outside == 42)
        }
    }

    @Test func `urgent writes go ahead of ordinary ones`() async throws {
        let rig = try WriterRig()
        rig.hold()
        let tasks = [
            rig.write("ordinary 1", .ordinary), rig.write("ordinary 2", .ordinary),
            rig.write("urgent 1", .urgent), rig.write("urgent 2", .urgent),
        ]
        try await rig.waiting(4)
        rig.release()
        for task in tasks { try await task.value }
        let order = try await rig.names()
        #expect(Set(order.prefix(2)) == ["urgent 1", "urgent 2"])
        #expect(Set(order.suffix(2)) == ["ordinary 1", "ordinary 2"])
    }

    @Test func `a failed commit fails the whole group and keeps nothing`() async throws {
        let rig = try WriterRig()
        rig.hold { handle in _ = sqlite3_commit_hook(handle.raw, { _ in 1 }, nil) }
        let tasks = ["a", "b", "c"].map { rig.write($0, .ordinary) }
        try await rig.waiting(3)
        rig.release()
        for task in tasks {
            await #expect(throws: DatabaseFailure.self) { try await task.value }
        }
        rig.hold { handle in _ = sqlite3_commit_hook(handle.raw, nil, nil) }
        rig.release()
        try await rig.write("d", .ordinary).value
        let names = try await rig.names()
        #expect(names == ["d"])
    }

    @Test func `neighbours of a write that SQLite undid run again`() async throws {
        let rig = try WriterRig(statementTimeout: .milliseconds(100))
        rig.hold()
        let good = ["a", "b"].map { rig.write($0, .urgent) }
        let bad = rig.write("c", .ordinary, last: WriterRig.endless)
        let late = rig.write("d", .ordinary)
        try await rig.waiting(4)
        rig.release()
        for task in good + [late] { try await task.value }
        await #expect(throws: DatabaseFailure.self) { try await bad.value }
        let names = try await rig.names()
        #expect(Set(names) == ["a", "b", "d"])
    }

    @Test func `a full queue refuses`() async throws {
        let rig = try WriterRig(capacity: 1)
        rig.hold()
        let first = rig.write("a", .ordinary)
        try await rig.waiting(1)
        await #expect(throws: DatabaseFailure.unavailable(reason: "1 transactions wait already")) {
            try await rig.write("b", .ordinary).value
        }
        rig.release()
        try await first.value
    }

    @Test func `a file that is no database is refused`() async throws {
        try await withTemporaryFolder { folder in
            #expect(throws: DatabaseFailure.self) {
                try SQLiteDatabase(path: folder + "/missing/a.sqlite") { 0 }
            }
        }
    }
}

/// A writer on a memory database whose thread the test can hold.
private final class WriterRig: Sendable {
    static let endless = """
        UPDATE t SET name = (WITH RECURSIVE c (x) AS (
            SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000000000
        ) SELECT count(*) FROM c)
        """
    private let store: SQLiteStore
    private let writer: GroupingWriter
    private let gate = DispatchSemaphore(value: 0)

    init(statementTimeout: Duration = .seconds(30), capacity: Int = 100) throws {
        store = try SQLiteStore(path: nil, readers: 1, busyTimeoutSeconds: 1)
        let context = SQLiteContext(statementTimeout: statementTimeout, clock: { 0 })
        writer = GroupingWriter(
            store, context, NotificationHub(), limits: .init(), capacity: capacity)
        store.write { handle in
            try? handle.run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        }
    }

    /// Stops the writing thread until `release`.
    func hold(_ first: @escaping @Sendable (SQLiteHandle) -> Void = { _ in }) {
        store.write { [gate] handle in
            first(handle)
            gate.wait()
        }
    }

    func release() { gate.signal() }

    func write(
        _ name: String, _ priority: WritePriority, last: String? = nil
    ) -> Task<Void, any Error> {
        Task { [writer] in
            try await withCheckedThrowingContinuation { continuation in
                writer.submit(
                    QueuedWork(priority, CancellationFlag(), continuation) { connection in
                        _ = try connection.execute(
                            "INSERT INTO t (name) VALUES ($1)", [.text(name)])
                        if let last { try connection.execute(last) }
                    })
            }
        }
    }

    /// Returns when so many writes wait.
    func waiting(_ count: Int) async throws {
        try await eventually("fewer writes wait") { writer.waitingCount >= count }
    }

    func names() async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(
                QueuedWork(.ordinary, CancellationFlag(), continuation) { connection in
                    try connection.query("SELECT name FROM t ORDER BY id")
                        .map { try $0.text("name") }
                })
        }
    }
}
