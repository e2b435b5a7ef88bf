import Database
import FleetModel
import Storage
import Testing

@testable import Dashboard

/// The files of a run on its page.
@Suite struct ArtifactListTests {
    private static let hostile = "profile/<script>alert(1)</script>/stacks.folded"

    /// Three files of the run's attempt, one of which retention has taken.
    private static func leave(_ run: RunID, _ database: any Database) async throws {
        let attempt = try #require(try await RunStore(database).attempts(of: run).last)
        let rows: [(name: String, kind: String, deleted: Int64?)] = [
            (hostile, "profile", nil), ("profile/b/base/perf.data", "profile", 5),
            ("raw/b/base/1/out.json", "raw_output", nil),
        ]
        try await database.transaction(.write(.ordinary)) { connection in
            for (number, row) in rows.enumerated() {
                _ = try connection.execute(
                    """
                    INSERT INTO artifact (id, project_id, run_id, attempt_id, name, kind,
                        media_type, size_bytes, digest, part_bytes, role, facts, created_us,
                        stored_us, deleted_us)
                    VALUES ($1, $2, $3, $4, $5, $6, 'text/plain', 2048, $7, 1, 'candidate', $8,
                        1, 1, $9)
                    """,
                    [
                        .text("01a1fd62-2474-7a5b-8759-00000000000\(number)"),
                        .id(attempt.project), .id(run), .id(attempt.id), .text(row.name),
                        .text(row.kind), .text("sha256:" + String(repeating: "a", count: 64)),
                        .text(#"{"event":"cpu-clock:u","tool":"perf","why":"no <b>PMU</b>"}"#),
                        .integer(row.deleted),
                    ])
            }
        }
    }

    @Test func `members see files with size, maker and a link, and others see none`() async throws {
        try await DashboardFixture.with { fixture in
            let run = fixture.story.guilty
            try await Self.leave(run, fixture.database)
            let page = try await fixture.text("/runs/\(run)", DashboardFixture.admin)
            #expect(page.contains("Files</h2>"))
            #expect(page.contains(#/<p>6.14\WkB in all</#))
            #expect(page.contains("perf, cpu-clock:u"))
            #expect(page.contains("no &lt;b&gt;PMU&lt;/b&gt;"))
            #expect(page.contains("1 raw result file<"))
            #expect(page.contains("deleted by retention"))
            #expect(!page.contains("<script>alert"))
            let links = page.matches(of: #/href="(/api/v1/artifacts/[^"]+/content)" download/#)
            #expect(links.count == 2)
            let open = try await fixture.text("/runs/\(run)")
            #expect(!open.contains("Files</h2>"))
            #expect(!open.contains("/api/v1/artifacts/"))
        }
    }
}
