import ArgumentParser
import Database
import DatabasePostgres
import DatabaseSQLite
import FleetModel
import Foundation
import Storage

/// A database with as many versions as are asked for, written past the service.
struct BaselineStock: Sendable {
    enum Store: Sendable {
        case sqlite
        case postgres(String)

        var name: String {
            switch self {
            case .sqlite: "SQLite"
            case .postgres: "PostgreSQL"
            }
        }
    }

    static let project = "demo"
    static let wanted = "wanted"
    static let key = "pg_live_" + String(repeating: "0123456789abcdef", count: 2)

    let store: Store
    let folder: String

    var database: String { folder + "/fleetmark.db" }

    /// Makes the tables and the versions of the one benchmark that is asked for.
    func prepare() async throws {
        try await withDatabase { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            for number in 0..<50 {
                let new = NewBaseline(
                    project: Self.project, benchmark: Self.wanted, version: "v\(number)",
                    git: GitPlace(ref: "main", sha: nil), tags: [], metadata: "{}",
                    receipt: Self.stored)
                _ = try await BaselineStore(database).upload(new) { record in
                    AuditEvent(
                        by: "operator", "create", "baseline", record.id, in: Self.project)
                }
            }
        }
    }

    /// Adds versions of other benchmarks, fifty of each.
    func fill(to count: Int) async throws {
        let held = try await withDatabase { database in
            try await database.transaction(.read) { connection in
                try connection.query(
                    "SELECT count(*) AS held FROM baseline WHERE benchmark LIKE 'other-%'"
                ).first?.integer("held") ?? 0
            }
        }
        for start in stride(from: Int(held), to: count, by: 1000) {
            try await insert(start..<min(count, start + 1000))
        }
    }

    private func insert(_ range: Range<Int>) async throws {
        try await withDatabase { database in
            try await database.transaction(.write(.ordinary)) { connection in
                let now = try connection.now()
                let projects = try connection.query(
                    "SELECT id FROM project WHERE name = $1", [.text(Self.project)])
                guard let project = try projects.first?.text("id") else {
                    throw ValidationError("the project is missing")
                }
                let receipt = Self.stored
                let rows = range.map { index -> [DatabaseValue] in
                    [
                        .text("other/\(index)"), .text(project), .text("other-\(index / 50)"),
                        .text("v\(index)"), .integer(Int64(receipt.text.utf8.count)),
                        .text(receipt.medians), .text("{}"), .text("\n"),
                        .text(receipt.contentHash), .text("upload"),
                        .integer(now.microseconds - 1_000_000 + Int64(index)), .time(now),
                    ]
                }
                try connection.bulkInsert(
                    into: "baseline",
                    columns: [
                        "id", "project_id", "benchmark", "version", "receipt_bytes", "medians",
                        "metadata", "tags", "content_hash", "source", "created_us", "updated_us",
                    ], rows: rows)
                try connection.bulkInsert(
                    into: "baseline_receipt", columns: ["baseline_id", "body"],
                    rows: rows.map { [$0[0], .text(receipt.text)] })
            }
        }
    }

    private func withDatabase<Result: Sendable>(
        _ body: (any Database) async throws -> Result
    ) async throws -> Result {
        let database: any Database
        switch store {
        case .sqlite:
            database = try SQLiteDatabase(
                path: self.database, clock: { Int64(Date().timeIntervalSince1970 * 1e6) })
        case .postgres(let text):
            database = try await PostgresDatabase.open(
                PostgresConfiguration(connectionString: text))
        }
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            throw error
        }
    }

    static func upload(_ benchmark: String, _ version: String) -> String {
        """
        {"benchmark":"\(benchmark)","version":"\(version)","git_ref":"main","git_sha":null,\
        "tags":[],"metadata":{},"normalize":false,"receipt":\(receipt)}
        """
    }

    private static let stored = BaselineReceipt(
        text: receipt, medians: #"{"wall_ms":100}"#)

    /// As large as one of five samples is.
    private static let receipt: String = {
        let samples = (0..<5).map { #"{"exit_code":0,"wall_ms":\#(98 + $0)}"# }
        return """
            {"bench":{"command":["true"],"name":"b","repeat":5,"warmup":0},\
            "run":{"ended_at":"2026-01-01T00:00:01Z","host":{"arch":"x86_64","os":"linux"},\
            "id":"r1","started_at":"2026-01-01T00:00:00Z"},\
            "samples":[\(samples.joined(separator: ","))],"schema":"perfgate.run.v1",\
            "stats":{"wall_ms":{"max":102,"median":100,"min":98}},\
            "tool":{"name":"perfgate","version":"0.18.1"}}
            """
    }()
}
