import AgentProtocol
import Database
import FleetModel
import FoundationEssentials
import JobPlanning
import ProjectFile
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

/// A change that nobody committed, of a run whose matrix has several cells.
@Suite struct PatchedRunTests {
    private static let suite = """
        version: 1
        matrix: {axes: {opt: [O2, O3]}}
        build: {commands: ['make {{matrix.opt}}']}
        benchmarks: [{name: parse, command: ./parse}]
        """

    /// As long as one may be.
    private static let longest: String = {
        let head = "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+"
        return head + String(repeating: "x", count: CommitPatch.byteLimit - head.utf8.count)
    }()
    private static let patch = try? CommitPatch(longest)

    /// What an agent gets; without the checks of a message, which are slow without optimisation.
    private struct Job: Decodable {
        struct Revision: Decodable {
            let patch: Data?
        }

        let revisions: [Revision]
    }

    private static func draft(
        _ patch: CommitPatch, _ fleet: MatrixFleet
    ) async throws -> RunDraft {
        let parsed = ProjectFile.parse(bytes: Array(suite.utf8), fileName: "fleetmark.yaml")
        let file = try #require(parsed.file, "\(parsed.report)")
        let loaded = SuiteLoader.Suite(
            file: file, path: "fleetmark.yaml", digest: "d", configDigest: "c", canonical: "{}")
        let repository = try #require(
            try await ProjectStore(fleet.database).repositories(of: fleet.project.id).first)
        let commit = try #require(SampleFortnight.hash(9))
        return RunDraft(
            pair: .init(
                commit: commit, suite: .valid(loaded),
                base: RunRecord.Base(commit: commit, how: "patch"), baseSuite: loaded),
            order: TriggerOrder(
                project: fleet.project, repository: repository,
                selection: .revision(commit.text), base: .parent, wish: MeasuringWish(),
                place: .init(), origin: .init(kind: "manual", by: "a", reason: nil),
                isForced: false, patch: patch),
            place: .init(hostClass: "default", further: nil),
            request: SubmissionStore.Request(
                id: await fleet.sample.fresh(), project: fleet.project.id, triggerKind: "manual",
                triggeredBy: "a", reason: nil, comparisons: 1),
            policy: nil, limits: .usual, now: ServerTime(microseconds: 1_795_000_000_000_000))
    }

    private static func numbers(_ sql: String, in database: any Database) async throws -> [Int64] {
        try await database.transaction(.read) { connection in
            try connection.query(sql).map { try $0.integer("number") }
        }
    }

    @Test(arguments: TestBackend.available)
    func `the longest change reaches the agent of each cell, and is stored once`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let fleet = try await MatrixFleet(database)
            for host in ["bench-01", "bench-02"] {
                try await fleet.end(try await fleet.claim(on: host))
            }
            try await fleet.pipeline.processPending()
            let patch = try #require(Self.patch)
            let draft = try await Self.draft(patch, fleet)
            var random = SystemRandomNumberGenerator()
            try await SubmissionStore(database).submit(
                draft.request, parts: [.new(try draft.run(using: &random))])
            let stored = try await Self.numbers(
                "SELECT LENGTH(body) AS number FROM patch", in: database)
            #expect(stored == [Int64(CommitPatch.byteLimit)])
            let jobs = try await Self.numbers(
                """
                SELECT LENGTH(description) AS number FROM job
                WHERE run_id IN (SELECT id FROM run WHERE patch IS NOT NULL)
                """, in: database)
            #expect(jobs.count == 2 && jobs.allSatisfy { $0 < 10_000 })
            let queue = JobQueue(
                claims: ClaimStore(database, settings: fleet.settings),
                attempts: AttemptStore(database, settings: fleet.settings),
                finishes: FinishStore(database, settings: fleet.settings),
                ingest: IngestStore(database, settings: fleet.settings))
            for host in ["bench-01", "bench-02"] {
                let claimed = try #require(
                    try await queue.claim(try await fleet.sample.claimant(on: host)))
                let job = try JSONDecoder().decode(Job.self, from: Data(claimed.job))
                #expect(job.revisions.map(\.patch) == [Data(patch.bytes), nil])
                // What an agent reads of a job at most.
                #expect(claimed.job.count < 32 << 20)
            }
        }
    }

    @Test func `a longer one is refused`() {
        #expect(throws: CommitPatch.Refusal.tooLong) { try CommitPatch(Self.longest + "x") }
    }
}
