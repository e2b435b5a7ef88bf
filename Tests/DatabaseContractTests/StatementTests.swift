import Database
import TestSupport
import Testing

@Suite struct StatementTests {
    @Test(arguments: TestBackend.available)
    func `text sorts by its bytes`(_ backend: TestBackend) async throws {
        let words = ["b", "a", "B", "é", "Z", "", "z", "ab", "ÿ", "🚀", "\u{FB01}", "a b", "_"]
        try await withDatabase(backend) { database in
            let sorted = try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE word (text TEXT NOT NULL PRIMARY KEY)")
                try connection.bulkInsert(
                    into: "word", columns: ["text"], rows: words.map { [.text($0)] })
                return try connection.query("SELECT text FROM word ORDER BY text")
                    .map { try $0.text("text") }
            }
            let expected = words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(sorted == expected)
        }
    }

    @Test(arguments: TestBackend.available)
    func `LIKE tells upper from lower case and names its escape`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let found = try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE word (text TEXT NOT NULL)")
                try connection.bulkInsert(
                    into: "word", columns: ["text"],
                    rows: [[.text("a_b")], [.text("A_b")], [.text("axb")], [.text("É_b")]])
                return try connection.query(
                    "SELECT text FROM word WHERE text LIKE $1 ESCAPE '!'", [.text("a!_%")]
                ).map { try $0.text("text") }
            }
            #expect(found == ["a_b"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `null order is as the statement says`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let (first, last) = try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE t (n BIGINT)")
                try connection.bulkInsert(
                    into: "t", columns: ["n"], rows: [[.integer(2)], [.null], [.integer(1)]])
                let first = try connection.query("SELECT n FROM t ORDER BY n ASC NULLS FIRST")
                let last = try connection.query("SELECT n FROM t ORDER BY n DESC NULLS LAST")
                return (
                    try first.map { try $0.optionalInteger("n") },
                    try last.map { try $0.optionalInteger("n") }
                )
            }
            #expect(first == [nil, 1, 2])
            #expect(last == [2, 1, nil])
        }
    }

    @Test(arguments: TestBackend.available)
    func `ON CONFLICT and RETURNING work together`(_ backend: TestBackend) async throws {
        let sql = """
            INSERT INTO job (id, fence) VALUES ($1, $2)
            ON CONFLICT (id) DO UPDATE SET fence = job.fence + excluded.fence
            RETURNING id, fence
            """
        try await withDatabase(backend) { database in
            let fences = try await database.transaction(.write(.ordinary)) { connection in
                try connection.execute("CREATE TABLE job (id TEXT PRIMARY KEY, fence BIGINT)")
                return try [Int64(1), 2, 3].map { number in
                    let rows = try connection.query(sql, [.text("j"), .integer(number)])
                    #expect(rows.count == 1)
                    return try rows[0].integer("fence")
                }
            }
            #expect(fences == [1, 3, 6])
        }
    }

    @Test(arguments: TestBackend.available)
    func `execute counts the rows that the statement itself changed`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let counts = try await database.transaction(.write(.ordinary)) { connection in
                [
                    try connection.execute("CREATE TABLE a (id BIGINT PRIMARY KEY)"),
                    try connection.execute(
                        "CREATE TABLE b (a BIGINT REFERENCES a (id) ON DELETE CASCADE)"),
                    try connection.execute("INSERT INTO a (id) VALUES (1), (2), (3)"),
                    try connection.execute("INSERT INTO b (a) VALUES (1), (1)"),
                    try connection.execute("SELECT id FROM a"),
                    try connection.execute("UPDATE a SET id = id WHERE id > 7"),
                    try connection.execute("CREATE INDEX b_a ON b (a)"),
                    try connection.execute("DELETE FROM a WHERE id = 1"),
                    try connection.execute(
                        "INSERT INTO a (id) VALUES (2) ON CONFLICT (id) DO NOTHING"),
                ]
            }
            #expect(counts == [0, 0, 3, 2, 0, 0, 0, 1, 0])
        }
    }

    @Test(arguments: TestBackend.available)
    func `bulk insert takes every kind of value and many rows`(
        _ backend: TestBackend
    ) async throws {
        let count: Int64 = 5_000
        let rows: [[DatabaseValue]] = (0..<count).map { number in
            [
                .integer(number), number.isMultiple(of: 7) ? .null : .real(Double(number) / 2),
                .text("row \(number) ż"), .blob([UInt8(truncatingIfNeeded: number)]),
            ]
        }
        try await withDatabase(backend) { database in
            let read = try await database.transaction(.write(.ordinary)) { connection in
                let bytes = connection.dialect == .sqlite ? "BLOB" : "BYTEA"
                try connection.execute(
                    "CREATE TABLE t (i BIGINT, r DOUBLE PRECISION, s TEXT, b \(bytes))")
                try connection.bulkInsert(
                    into: "t", columns: ["i", "r", "s", "b"], rows: rows)
                try connection.bulkInsert(into: "t", columns: ["i"], rows: [])
                return try connection.query("SELECT i, r, s, b FROM t ORDER BY i")
            }
            let values = try read.map { row in try (0..<4).map { try row.value(at: $0) } }
            #expect(values == rows)
        }
    }

    @Test(arguments: TestBackend.available)
    func `bulk insert refuses what is malformed`(_ backend: TestBackend) async throws {
        struct Case {
            let table: String
            let columns: [String]
            let rows: [[DatabaseValue]]
        }
        let cases = [
            Case(table: "t; DROP TABLE t", columns: ["a"], rows: []),
            Case(table: "t", columns: [], rows: []),
            Case(table: "t", columns: ["a", "a"], rows: []),
            Case(table: "t", columns: ["a"], rows: [[.null, .null]]),
            Case(table: "t", columns: ["a"], rows: [[.text("\0")]]),
            Case(table: "t", columns: ["a"], rows: [[.real(.nan)]]),
        ]
        try await withDatabase(backend) { database in
            try await database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute("CREATE TABLE t (a TEXT)")
            }
            for given in cases {
                await #expect(throws: DatabaseFailure.self) {
                    try await database.transaction(.write(.ordinary)) { [given] connection in
                        try connection.bulkInsert(
                            into: given.table, columns: given.columns, rows: given.rows)
                    }
                }
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `transaction control is the driver's`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            for sql in ["COMMIT", "/* x */ rollback", "BEGIN", "SAVEPOINT s", "PRAGMA x"] {
                guard case .statement(code: "refused", _, _) = await failure(of: database, sql)
                else {
                    Issue.record("\(sql) was not refused")
                    continue
                }
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a statement error shows the statement`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let failure = await failure(of: database, "SELECT a FROM nowhere")
            guard case .statement(_, let message, let sql) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(message.contains("nowhere"))
            #expect(sql == "SELECT a FROM nowhere")
        }
    }

    @Test(arguments: TestBackend.available)
    func `a statement sees the schema as it is now`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let run = { (sql: String) in
                try await database.transaction(.write(.ordinary)) { try $0.query(sql) }
            }
            _ = try await run("CREATE TABLE t (a BIGINT)")
            _ = try await run("INSERT INTO t (a) VALUES (1)")
            for _ in 0..<3 {
                let rows = try await run("SELECT * FROM t")
                #expect(rows.first?.count == 1)
            }
            _ = try await run("ALTER TABLE t ADD COLUMN b BIGINT")
            let rows: [Row]
            do {
                rows = try await run("SELECT * FROM t")
            } catch let failure as DatabaseFailure {
                #expect(failure.isRetryable)
                rows = try await run("SELECT * FROM t")
            }
            #expect(rows.first?.count == 2)
        }
    }
}
