import Database
import TestSupport
import Testing

@Suite struct BindTests {
    private static let one = DatabaseValue.integer(1)
    private static let two = DatabaseValue.integer(2)

    @Test(arguments: TestBackend.available)
    func `binds go by number, not by first appearance`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let row = try await first(
                database, "SELECT $2 AS a, $1 AS b, $1 AS c", [Self.one, Self.two])
            #expect(try row.integer("a") == 2)
            #expect(try row.integer("b") == 1)
            #expect(try row.integer("c") == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `what looks like a bind in a literal, a name or a comment stays`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let sql = """
                SELECT '$2 it''s $3' AS text, -- $4
                    $1 AS "n$5" /* $6 ? */
                """
            let row = try await first(database, sql, [Self.one])
            #expect(try row.text("text") == "$2 it's $3")
            #expect(try row.integer("n$5") == 1)
        }
    }

    struct Refused: Sendable {
        let sql: String
        let binds: [DatabaseValue]
    }

    @Test(arguments: TestBackend.available)
    func `a wrong count or kind of binds is refused`(_ backend: TestBackend) async throws {
        let cases = [
            Refused(sql: "SELECT $1 AS a", binds: []),
            Refused(sql: "SELECT $1 AS a", binds: [Self.one, Self.two]),
            Refused(sql: "SELECT $2 AS a", binds: [Self.one, Self.two]),
            Refused(sql: "SELECT ? AS a", binds: [Self.one]),
            Refused(sql: "SELECT $0 AS a", binds: [Self.one]),
            Refused(sql: "SELECT 1 AS a; SELECT 2 AS a", binds: []),
            Refused(sql: " -- nothing", binds: []),
        ]
        try await withDatabase(backend) { database in
            for given in cases {
                let failure = await failure(of: database, given.sql, given.binds)
                guard case .statement(code: "refused", _, _) = failure else {
                    Issue.record("\(given.sql): \(String(describing: failure))")
                    continue
                }
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `values come back as they went`(_ backend: TestBackend) async throws {
        let values: [DatabaseValue] = [
            .null, .integer(.min), .integer(.max), .integer(0), .integer(-1), .real(0.1),
            .real(-0.0), .real(.leastNonzeroMagnitude), .real(1.7976931348623157e308), .text(""),
            .text("a"),
            .text("żółć 🚀 e\u{301}"), .text(String(repeating: "x", count: 100_000)), .blob([]),
            .blob([0]), .blob(Array(0...255)), .blob(.init(repeating: 7, count: 100_000)),
        ]
        try await withDatabase(backend) { database in
            for value in values {
                let row = try await first(database, "SELECT $1 AS v", [value])
                #expect(try row.value("v") == value)
            }
            let minus = try await first(database, "SELECT $1 AS v", [.real(-0.0)]).real("v")
            #expect(minus.sign == .minus)
        }
    }

    @Test(arguments: TestBackend.available)
    func `columns keep what is put in them`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let read = try await database.transaction(.write(.ordinary)) { connection in
                let bytes = connection.dialect == .sqlite ? "BLOB" : "BYTEA"
                try connection.execute(
                    "CREATE TABLE t (i BIGINT, r DOUBLE PRECISION, s TEXT, b \(bytes))")
                _ = try connection.execute(
                    "INSERT INTO t (i, r, s, b) VALUES ($1, $2, $3, $4)",
                    [.integer(.max), .real(3), .text(""), .blob([])])
                _ = try connection.execute(
                    "INSERT INTO t (i, r, s, b) VALUES ($1, $2, $3, $4)",
                    [.null, .null, .null, .null])
                return try connection.query("SELECT i, r, s, b FROM t ORDER BY i NULLS LAST")
            }
            #expect(read.count == 2)
            #expect(try read[0].integer("i") == .max)
            #expect(try read[0].value("r") == .real(3))
            #expect(try read[0].optionalText("s") == "")
            #expect(try read[0].optionalBlob("b") == [])
            #expect(try read[1].optionalInteger("i") == nil)
            #expect(try read[1].optionalReal("r") == nil)
            #expect(try read[1].optionalText("s") == nil)
            #expect(try read[1].optionalBlob("b") == nil)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a number that is not finite is refused`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            for number in [Double.nan, .infinity, -.infinity] {
                let failure = await failure(of: database, "SELECT $1 AS v", [.real(number)])
                #expect(failure == .notFinite(where: "$1"))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `text with NUL is refused`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let bound = await failure(of: database, "SELECT $1 AS v", [.text("a\0b")])
            #expect(bound == .invalidText(where: "$1"))
            let statement = await failure(of: database, "SELECT 'a\0b' AS v", [])
            #expect(statement == .invalidText(where: "the statement's text"))
        }
    }

    @Test(arguments: TestBackend.available)
    func `bytes that are not UTF-8 cannot pass as text`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let sql =
                database.dialect == .sqlite
                ? "SELECT CAST($1 AS TEXT) AS v" : "SELECT convert_from($1, 'UTF8') AS v"
            for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0x61, 0x00, 0x62]] {
                let failure = await failure(of: database, sql, [.blob(bytes)])
                guard case .invalidText = failure else {
                    Issue.record("\(bytes): \(String(describing: failure))")
                    continue
                }
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a null takes the type that a cast names`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let sql = "SELECT 1 AS found WHERE CAST($1 AS TEXT) IS NULL"
            let row = try await first(database, sql, [.null])
            #expect(try row.integer("found") == 1)
        }
    }

    private func first(
        _ database: any Database, _ sql: String, _ binds: [DatabaseValue]
    ) async throws -> Row {
        let rows = try await database.transaction(.read) { try $0.query(sql, binds) }
        return try #require(rows.first)
    }
}

/// The failure that one statement ends with, in a transaction of its own.
func failure(
    of database: any Database, _ sql: String, _ binds: [DatabaseValue] = [],
    in kind: TransactionKind = .write(.ordinary)
) async -> DatabaseFailure? {
    do {
        _ = try await database.transaction(kind) { try $0.query(sql, binds) }
        return nil
    } catch {
        return error as? DatabaseFailure
    }
}
