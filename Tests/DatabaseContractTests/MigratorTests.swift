import Database
import TestSupport
import Testing

@Suite struct MigratorTests {
    private static let example = Migration(
        name: "m0001_example", sql: PackageResources.m0001_example_sql)
    private static let second = Migration(
        name: "m0002_second", sql: [UInt8]("CREATE TABLE second (n BIGINT)".utf8))

    @Test func `a text splits at semicolons that are its own`() throws {
        let statements = try Self.example.statements(for: .postgres)
        #expect(statements.count == 2)
        #expect(statements.first?.hasPrefix("CREATE TABLE example (") == true)
        #expect(statements.first?.contains("body BYTEA NOT NULL") == true)
        #expect(statements.first?.hasSuffix("DEFAULT 'BYTES; it''s'\n)") == true)
        #expect(statements.last == "CREATE INDEX example_note ON example (note)")
        let sqlite = try Self.example.statements(for: .sqlite)
        #expect(sqlite.first?.contains("body BLOB NOT NULL") == true)
    }

    @Test func `a checksum is that of the text`() {
        let known = Migration(name: "m0001_a", sql: [UInt8]("foobar".utf8))
        // The published FNV-1a test vector.
        #expect(known.checksum(for: .sqlite) == "85944171f73967e8")
    }

    @Test func `a text that is not UTF-8 is refused`() {
        let broken = Migration(name: "m0001_a", sql: [0x41, 0xFF])
        #expect(throws: MigrationFailure.unreadable("m0001_a")) {
            try broken.statements(for: .sqlite)
        }
    }

    @Test(arguments: TestBackend.available)
    func `steps are applied once, in order`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let first = try await Migrator.run([Self.example], on: database)
            let both = try await Migrator.run([Self.example, Self.second], on: database)
            let again = try await Migrator.run([Self.example, Self.second], on: database)
            #expect(first == ["m0001_example"])
            #expect(both == ["m0002_second"])
            #expect(again == [])
            let row = try await database.transaction(.write(.ordinary)) { connection in
                _ = try connection.execute(
                    "INSERT INTO example (id, body) VALUES ('a', $1)", [.blob([1, 0, 2])])
                return try connection.query("SELECT body, note FROM example")[0]
            }
            #expect(try row.blob("body") == [1, 0, 2])
            #expect(try row.text("note") == "BYTES; it's")
        }
    }

    @Test(arguments: TestBackend.available)
    func `starters at the same time apply each step once`(_ backend: TestBackend) async throws {
        try await withDatabase(backend) { database in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await Migrator.run([Self.example, Self.second], on: database)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == ["m0001_example", "m0002_second"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a changed, unknown or late step is refused`(_ backend: TestBackend) async throws {
        let changed = Migration(name: "m0001_example", sql: [UInt8]("SELECT 1".utf8))
        let late = Migration(name: "m0000_late", sql: [UInt8]("SELECT 1".utf8))
        try await withDatabase(backend) { database in
            try await Migrator.run([Self.example, Self.second], on: database)
            await #expect(throws: MigrationFailure.changed("m0001_example")) {
                try await Migrator.run([changed, Self.second], on: database)
            }
            await #expect(throws: MigrationFailure.unknown("m0002_second")) {
                try await Migrator.run([Self.example], on: database)
            }
            await #expect(throws: MigrationFailure.outOfOrder("m0000_late")) {
                try await Migrator.run([late, Self.example, Self.second], on: database)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `a step that fails leaves nothing`(_ backend: TestBackend) async throws {
        let broken = Migration(
            name: "m0002_second",
            sql: [UInt8]("CREATE TABLE half (n BIGINT); INSERT INTO nowhere VALUES (1)".utf8))
        try await withDatabase(backend) { database in
            await #expect(throws: DatabaseFailure.self) {
                try await Migrator.run([Self.example, broken], on: database)
            }
            let names = try await database.transaction(.read) { connection in
                try connection.query("SELECT name FROM migration").map { try $0.text("name") }
            }
            #expect(names == ["m0001_example"])
            #expect(await failure(of: database, "SELECT n FROM half") != nil)
        }
    }

    @Test(arguments: ["0001_a", "m001_a", "m0001a", "m0001_A", "m٠٠٠١_a", ""])
    func `a misnamed step is refused`(_ name: String) async throws {
        try await withDatabase(.memory) { database in
            await #expect(throws: MigrationFailure.invalidList(name)) {
                try await Migrator.run([Migration(name: name, sql: [])], on: database)
            }
        }
    }

    @Test func `steps out of their order or twice are refused`() async throws {
        try await withDatabase(.memory) { database in
            await #expect(throws: MigrationFailure.invalidList("m0001_example")) {
                try await Migrator.run([Self.second, Self.example], on: database)
            }
            await #expect(throws: MigrationFailure.invalidList("m0001_example")) {
                try await Migrator.run([Self.example, Self.example], on: database)
            }
        }
    }
}
