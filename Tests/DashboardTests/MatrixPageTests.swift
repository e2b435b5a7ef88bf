import Database
import FleetModel
import Identity
import SampleFleets
import Storage
import TestSupport
import Testing
import WebSupport

@testable import Dashboard

/// The page of a run whose matrix has several cells.
@Suite struct MatrixPageTests {
    private static func model(_ database: any Database, _ run: RunID) async throws -> RunModel {
        let stores = DashboardFixture.stores(database)
        let stored = try #require(try await stores.runs.run(run))
        let project = try #require(try await stores.projects.project(stored.project.text))
        let viewer = Viewer(
            caller: .key(.init(id: "1", name: "admin", scopes: [.read, .admin], project: nil)))
        return RunModel(
            try await RunPage(stores: stores).facts(of: stored, in: project, for: viewer))
    }

    @Test func `each cell has a line with its host, its state and why it failed`() async throws {
        let clock = SampleClock()
        try await withDatabase(.memory, clock: { clock.now.microseconds }) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let fleet = SampleFleet(database, clock: clock)
            try await fleet.host("bench-01")
            let project = try await fleet.project("lantern", title: nil, visibility: "public")
            var wish = SampleFleet.Wish()
            wish.withoutBase = true
            wish.cells = [["cc": "gcc"], ["cc": "clang"], ["cc": "<b>icc</b>"]]
            let commit = try #require(SampleFortnight.hash(1))
            let revision = RevisionStore.Revision(
                commit: commit, parents: [], author: "a", subject: "s",
                authorTime: clock.now, commitTime: clock.now)
            let run = try #require(
                try await fleet.request(of: project, [revision], wish).runs.first)
            try await fleet.measure(
                SampleMeasured(metrics: [
                    SampleMetric(benchmark: "parse", base: nil, head: 1, noise: 0)
                ]))
            try await fleet.fail(Failure(.jobError, .buildFailed, "no clang"), log: "")
            _ = try await fleet.claim()
            let model = try await Self.model(database, run)
            #expect(!model.hasSteps)
            let cells = try #require(model.cells)
            #expect(cells.summary == "2 of 3 cells ended; each is a job")
            let ended = cells.rows.filter { $0.progress == nil }
            #expect(ended.count == 2)
            #expect(cells.rows.compactMap(\.failure?.message.text) == ["no clang"])
            #expect(cells.rows.allSatisfy { $0.host?.text == "bench-01" })
            #expect(model.attempts.compactMap(\.cell?.text).count == 3)
            #expect(model.sentence.text.contains("2 of 3 cells ended"))
        }
    }

    @Test func `the verdict names the cells that were stopped`() async throws {
        let clock = SampleClock()
        try await withDatabase(.memory, clock: { clock.now.microseconds }) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let fleet = SampleFleet(database, clock: clock)
            try await fleet.host("bench-01")
            let project = try await fleet.project("lantern", title: nil, visibility: "public")
            var wish = SampleFleet.Wish()
            wish.cells = [["cc": "gcc"], ["cc": "clang"]]
            let hashes = [SampleFortnight.hash(1), SampleFortnight.hash(2)].compactMap(\.self)
            let revision = RevisionStore.Revision(
                commit: try #require(hashes.last), parents: Array(hashes.prefix(1)), author: "a",
                subject: "s", authorTime: clock.now, commitTime: clock.now)
            let run = try #require(
                try await fleet.request(of: project, [revision], wish).runs.first)
            let runs = RunStore(database)
            let waiting = try #require(try await runs.jobs(of: run).last)
            try await CancelStore(database, settings: LeaseSettings()).cancel(
                .job(waiting.id), mode: .graceful, by: "ada", because: "<i>not today</i>")
            try await fleet.measure(
                SampleMeasured(metrics: [
                    SampleMetric(benchmark: "parse", base: 1, head: 1.2, noise: 0.001)
                ]))
            let model = try await Self.model(database, run)
            #expect(model.state.word == "cancelled")
            #expect(model.table != nil)
            let cell = waiting.cell.text
            #expect(
                model.sentence.text.hasSuffix(
                    " 1 of 2 cells did not come to an end: "
                        + "\(cell) was cancelled by ada: <i>not today</i>."),
                "\(model.sentence.text)")
            let stops = try #require(model.cells).rows.compactMap(\.stop?.text)
            #expect(stops == ["was cancelled by ada: <i>not today</i>"])
            let stored = try #require(try await runs.run(run))
            #expect(RunLine(stored, revision: nil).mark?.kind == "regressed")
        }
    }
}
