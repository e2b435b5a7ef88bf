import Database
import TestSupport
import Testing

@testable import Storage

/// What the newest baseline and a page of one benchmark cost: they read rows of that benchmark
/// alone, however many others there are.
@Suite struct QueryPlanTests {
    private static func filled(
        _ backend: TestBackend, _ body: @Sendable @escaping (any Database) async throws -> Void
    ) async throws {
        try await withDatabase(backend) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            try await database.transaction(.write(.ordinary)) { connection in
                let project = try NamedProject.findOrMake("demo", at: connection.now(), connection)
                let columns = [
                    "id", "project_id", "benchmark", "version", "receipt_bytes", "medians",
                    "metadata", "tags", "content_hash", "source", "created_us", "updated_us",
                ]
                let rows = (0..<3_000).map { index -> [DatabaseValue] in
                    // One in a hundred is of the benchmark that is asked for.
                    let benchmark = index % 100 == 50 ? "wanted" : "other-\(index % 7)"
                    return [
                        .text("id-\(index)"), .id(project), .text(benchmark),
                        .text("v\(index)"), .integer(2), .text("{}"), .text("{}"), .text("\n"),
                        .text("0"), .text("upload"), .integer(Int64(index)), .integer(0),
                    ]
                }
                try connection.bulkInsert(into: "baseline", columns: columns, rows: rows)
            }
            try await body(database)
        }
    }

    private static var page: (sql: String, binds: [DatabaseValue]) {
        var filter = BaselineStore.Filter(project: "demo")
        filter.benchmark = "wanted"
        let narrowing = filter.narrowing
        return (
            BaselineStore.page(narrowing),
            narrowing.binds(and: RecordSlice(limit: 10, offset: 0))
        )
    }

    private static let latest = (
        sql: BaselineStore.newestOfBenchmark, binds: [DatabaseValue.text("demo"), .text("wanted")]
    )

    @Test(arguments: [TestBackend.memory, .sqlite])
    func `SQLite goes by the index, in its order`(_ backend: TestBackend) async throws {
        try await Self.filled(backend) { database in
            for query in [Self.latest, Self.page] {
                let plan = try await database.transaction(.read) { connection in
                    try connection.query("EXPLAIN QUERY PLAN " + query.sql, query.binds)
                        .map { try $0.text("detail") }
                }
                let steps = plan.filter { $0.contains(" baseline ") }
                #expect(
                    steps.allSatisfy {
                        $0.contains("INDEX baseline_of_benchmark (project_id=? AND benchmark=?")
                    }, "\(plan)")
                #expect(steps.count == 1, "\(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
            }
        }
    }

    @Test(.enabled(if: TestBackend.available.contains(.postgres)))
    func `PostgreSQL reads no row of another benchmark`() async throws {
        try await Self.filled(.postgres) { database in
            for (query, most) in [(Self.latest, 1), (Self.page, 10)] {
                let plan = try await database.transaction(.read) { connection in
                    // As it chooses with statistics, which a fresh table has none of.
                    _ = try connection.query("SELECT set_config('enable_seqscan', 'off', true)")
                    return try connection.query(
                        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + query.sql, query.binds
                    ).map { try $0.text("QUERY PLAN") }
                }
                let text = plan.joined(separator: "\n")
                let scan = try #require(
                    plan.first { $0.contains("baseline_of_benchmark on baseline") }, "\(text)")
                let rows = scan.firstMatch(of: /rows=([0-9]+)/).flatMap { Int($0.1) }
                #expect(try #require(rows, "\(scan)") <= most, "\(text)")
                #expect(!text.contains("baseline_of_project"), "\(text)")
                #expect(!text.contains("Rows Removed"), "\(text)")
                #expect(!text.contains("Sort"), "\(text)")
            }
        }
    }
}
