import Database
import TestSupport
import Testing

@Suite struct ConstraintTests {
    struct Case: Sendable {
        let sql: String
        let failure: DatabaseFailure
    }

    private static let schema = [
        """
        CREATE TABLE job (
            id TEXT NOT NULL PRIMARY KEY, name TEXT, kind TEXT, slot BIGINT,
            CONSTRAINT slot_range CHECK (slot < 10), UNIQUE (name, kind)
        )
        """,
        "CREATE UNIQUE INDEX job_one_slot ON job (slot)",
        "CREATE UNIQUE INDEX job_lower_name ON job (lower(name)) WHERE kind = 'x'",
        "CREATE TABLE number (id BIGINT PRIMARY KEY)",
        "INSERT INTO job (id, name, kind, slot) VALUES ('a', 'n', 'k', 1), ('b', 'M', 'x', 2)",
        "INSERT INTO number (id) VALUES (1)",
    ]

    static let cases = [
        Case(
            sql: "INSERT INTO job (id) VALUES ('a')",
            failure: .uniqueViolation(constraint: "job_pkey")),
        Case(
            sql: "INSERT INTO number (id) VALUES (1)",
            failure: .uniqueViolation(constraint: "number_pkey")),
        Case(
            sql: "INSERT INTO job (id, name, kind) VALUES ('c', 'n', 'k')",
            failure: .uniqueViolation(constraint: "job_name_kind_key")),
        Case(
            sql: "UPDATE job SET slot = 1 WHERE id = 'b'",
            failure: .uniqueViolation(constraint: "job_one_slot")),
        Case(
            sql: "INSERT INTO job (id, name, kind) VALUES ('c', 'm', 'x')",
            failure: .uniqueViolation(constraint: "job_lower_name")),
        Case(
            sql: "INSERT INTO job (id, slot) VALUES ('c', 10)",
            failure: .checkViolation(constraint: "slot_range")),
        Case(
            sql: "INSERT INTO job (id) VALUES (NULL)", failure: .notNull(column: "job.id")),
    ]

    @Test(arguments: TestBackend.available)
    func `a violated constraint is named the same on every store`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            try await database.transaction(.write(.ordinary)) { connection in
                for sql in Self.schema { try connection.execute(sql) }
            }
            for given in Self.cases {
                #expect(await failure(of: database, given.sql) == given.failure, "\(given.sql)")
            }
        }
    }

    struct ForeignKey: Sendable {
        let declaration: String
        let sql: String
    }

    static let foreignKeys = [
        ForeignKey(declaration: "", sql: "INSERT INTO child (parent) VALUES (7)"),
        ForeignKey(declaration: "", sql: "DELETE FROM parent"),
        ForeignKey(
            declaration: "DEFERRABLE INITIALLY DEFERRED",
            sql: "INSERT INTO child (parent) VALUES (7)"),
    ]

    @Test(arguments: TestBackend.available, foreignKeys)
    func `a missing parent is refused, at once or at the commit`(
        _ backend: TestBackend, _ given: ForeignKey
    ) async throws {
        try await withDatabase(backend) { database in
            try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE parent (id BIGINT PRIMARY KEY)")
                try connection.execute(
                    "CREATE TABLE child (parent BIGINT REFERENCES parent (id) "
                        + "\(given.declaration))")
                try connection.execute("INSERT INTO parent (id) VALUES (1)")
                try connection.execute("INSERT INTO child (parent) VALUES (1)")
            }
            guard case .foreignKeyViolation = await failure(of: database, given.sql) else {
                Issue.record("not refused")
                return
            }
            let count = try await database.transaction(.read) { connection in
                try connection.query("SELECT count(*) AS n FROM child")[0].integer("n")
            }
            #expect(count == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `bulk insert reports its violation`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            try await database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY)")
            }
            await #expect(throws: DatabaseFailure.uniqueViolation(constraint: "t_pkey")) {
                try await database.transaction(.write(.ordinary)) { connection in
                    try connection.bulkInsert(
                        into: "t", columns: ["id"],
                        rows: [[.integer(1)], [.integer(2)], [.integer(1)]])
                }
            }
            let rows = try await database.transaction(.read) {
                try $0.query("SELECT id FROM t")
            }
            #expect(rows.isEmpty)
        }
    }
}
