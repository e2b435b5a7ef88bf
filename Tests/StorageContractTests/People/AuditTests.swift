import Database
import Storage
import TestSupport
import Testing

/// The chain of the audit, and what is found when somebody changes rows with SQL.
@Suite struct AuditTests {
    private func with(
        _ backend: TestBackend, rows: Int = 0,
        _ body: (any Database, AuditStore) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let audit = AuditStore(database)
            for number in 0..<rows { try await audit.append(Self.event(number)) }
            try await body(database, audit)
        }
    }

    private static func event(_ number: Int) -> AuditEvent {
        AuditEvent(
            by: "actor-\(number % 2)", "create", number % 3 == 0 ? "host" : "baseline",
            "thing-\(number)", in: "lantern"
        ).with(metadata: #"{"n":\#(number)}"#)
    }

    private func run(_ sql: String, _ database: any Database) async throws {
        try await database.transaction(.write(.ordinary)) { _ = try $0.execute(sql) }
    }

    private func report(
        _ database: any Database, from start: String? = nil, head: String? = nil
    ) async throws -> AuditVerification.Report {
        var wish = AuditVerification.Wish()
        wish.from = start
        wish.head = head
        return try await AuditVerification(database).run(wish)
    }

    @Test(arguments: TestBackend.available)
    func `a chain that nobody touched is right`(_ backend: TestBackend) async throws {
        try await with(backend) { database, audit in
            #expect(try await report(database).checked == 0)
            #expect(try await report(database).fault == nil)
            let first = try await audit.append(Self.event(0))
            let second = try await audit.append(Self.event(1))
            #expect(first.number == 1)
            #expect(first.previous == AuditRecord.start)
            #expect(second.previous == first.digest)
            #expect(first.id.count == 32)
            let found = try await report(database, head: first.digest)
            #expect(found.checked == 2)
            #expect(found.digest == second.digest)
            #expect(found.fault == nil)
        }
    }

    struct Change: Sendable, CustomStringConvertible {
        let sql: [String]
        let finding: String
        let description: String

        init(_ description: String, _ sql: [String], _ finding: String) {
            self.description = description
            self.sql = sql
            self.finding = finding
        }
    }

    private static let zeros = String(repeating: "0", count: 64)

    private static let changes = [
        Change(
            "another actor", ["UPDATE audit SET actor = 'nobody' WHERE number = 3"],
            "row 3 (ID3) was changed"),
        Change(
            "another time", ["UPDATE audit SET at_us = at_us + 1 WHERE number = 1"],
            "row 1 (ID1) was changed"),
        Change(
            "other facts", ["UPDATE audit SET metadata = '{}' WHERE number = 6"],
            "row 6 (ID6) was changed"),
        Change(
            "another digest", ["UPDATE audit SET digest = '\(zeros)' WHERE number = 2"],
            "row 2 (ID2) was changed"),
        Change("a missing row", ["DELETE FROM audit WHERE number = 4"], "row 4 is missing"),
        Change(
            "two missing rows", ["DELETE FROM audit WHERE number IN (2, 3)"],
            "rows 2 to 3 are missing"),
        Change(
            "a missing beginning", ["DELETE FROM audit WHERE number = 1"], "row 1 is missing"),
        Change("a missing end", ["DELETE FROM audit WHERE number = 6"], "row 6 is missing"),
        Change(
            "a missing end with its head",
            [
                "DELETE FROM audit WHERE number = 6",
                "UPDATE audit_head SET number = 5",
            ], "the audit should end with row 5 and ends with row 5"),
        Change("no head", ["DELETE FROM audit_head"], "the audit's head is missing"),
        Change(
            "two rows that changed places",
            [
                "UPDATE audit SET number = 100 WHERE number = 3",
                "UPDATE audit SET number = 3 WHERE number = 4",
                "UPDATE audit SET number = 4 WHERE number = 100",
            ], "row 3 (ID4) is not in its place: it was written after row 4"),
        Change(
            "a row that is gone, its number filled",
            [
                "DELETE FROM audit WHERE number = 3",
                "UPDATE audit SET number = number - 1 WHERE number = 4",
                "UPDATE audit SET number = number - 1 WHERE number = 5",
                "UPDATE audit SET number = number - 1 WHERE number = 6",
                "UPDATE audit_head SET number = 5",
            ], "row 3 (ID4) was written after a row that is missing"),
        Change(
            "a row that was added",
            [
                """
                INSERT INTO audit SELECT 7, 'new', at_us, actor, action, resource_type,
                    resource_id, project, metadata, digest, 'anything' FROM audit
                    WHERE number = 6
                """, "UPDATE audit_head SET number = 7, digest = 'anything'",
            ], "row 7 (new) was changed"),
    ]

    @Test(arguments: TestBackend.available, changes)
    func `what was changed with SQL is found and named`(
        _ backend: TestBackend, _ change: Change
    ) async throws {
        try await with(backend, rows: 6) { database, audit in
            let ids = try await audit.events(.init(), before: nil, limit: 10)
                .map { ($0.number, $0.id) }
            for sql in change.sql { try await run(sql, database) }
            var expected = change.finding
            for (number, id) in ids { expected = expected.replacing("ID\(number)", with: id) }
            #expect(try await report(database).fault?.description == expected)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a chain that was computed anew is betrayed by a digest that was noted`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend, rows: 3) { database, audit in
            let noted = try await report(database).digest
            try await run("DELETE FROM audit", database)
            try await run(
                "UPDATE audit_head SET number = 0, digest = '\(Self.zeros)'", database)
            for number in 0..<3 { try await audit.append(Self.event(number)) }
            #expect(try await report(database).fault == nil)
            #expect(try await report(database, head: noted).fault == .rewritten(head: noted))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a look can begin at any event`(_ backend: TestBackend) async throws {
        try await with(backend, rows: 5) { database, audit in
            let fourth = try await audit.events(.init(), before: 5, limit: 1)[0]
            try await run("UPDATE audit SET actor = 'x' WHERE number = 1", database)
            let found = try await report(database, from: fourth.id)
            #expect(found.fault == nil)
            #expect(found.checked == 2)
            let other = try await report(database, from: "none")
            #expect(other.fault == .unknownStart("none"))
        }
    }

    @Test(arguments: TestBackend.available)
    func `many writers keep one chain`(_ backend: TestBackend) async throws {
        try await with(backend) { database, audit in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask { _ = try await audit.append(Self.event(number)) }
                }
                try await group.waitForAll()
            }
            let found = try await report(database)
            #expect(found.fault == nil)
            #expect(found.checked == 40)
        }
    }

    struct Undone: Error {}

    @Test(arguments: TestBackend.available)
    func `an event is undone with the change that it tells of`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend, rows: 1) { database, audit in
            await #expect(throws: Undone.self) {
                try await database.transaction(.write(.ordinary)) { connection in
                    try AuditStore.append(Self.event(9), connection)
                    throw Undone()
                }
            }
            try await audit.append(Self.event(2))
            let found = try await report(database)
            #expect(found.fault == nil)
            #expect(found.checked == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `lists are narrowed by every filter, newest first`(_ backend: TestBackend) async throws {
        try await with(backend, rows: 6) { _, audit in
            var filter = AuditStore.Filter()
            filter.actor = "actor-0"
            var page = try await audit.page(filter, RecordSlice(limit: 2, offset: 0))
            #expect(page.records.map(\.event.resourceID) == ["thing-4", "thing-2"])
            #expect(page.total == 3)
            page = try await audit.page(filter, RecordSlice(limit: 2, offset: 2))
            #expect(page.records.map(\.event.resourceID) == ["thing-0"])
            filter.isForPerfgate = true
            page = try await audit.page(filter, RecordSlice(limit: 9, offset: 0))
            #expect(page.records.map(\.event.resourceID) == ["thing-4", "thing-2"])
            filter = AuditStore.Filter()
            filter.period = RecordPeriod(since: page.records[0].at)
            #expect(try await audit.page(filter, RecordSlice(limit: 9, offset: 0)).total >= 2)
            filter.project = "other"
            #expect(try await audit.page(filter, RecordSlice(limit: 9, offset: 0)).total == 0)
        }
    }
}
