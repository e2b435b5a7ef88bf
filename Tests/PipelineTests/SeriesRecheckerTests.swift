import Analysis
import Database
import FleetModel
import SampleFleets
import Storage
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SeriesRecheckerTests {
    private func checked(
        _ history: MeasuredHistory
    ) async throws -> SeriesRechecker.Finding {
        let rechecker = SeriesRechecker(store: history.store)
        let outcome = try #require(try await rechecker.check(try await history.series()))
        guard case .analysed(let finding) = outcome else {
            Issue.record("it waits")
            throw CancellationError()
        }
        return finding
    }

    /// Of one statement, on every row of the table.
    private func change(_ statement: String, _ history: MeasuredHistory) async throws {
        try await history.fleet.database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(statement, [])
        }
    }

    @Test(arguments: TestBackend.available)
    func `an analysis that nobody touched is the same again, and one that waits is passed over`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            for place in 1...40 {
                try await history.measure(place, MeasuredHistory.value(place, step: 20))
            }
            let series = try await history.series()
            let rechecker = SeriesRechecker(store: history.store)
            guard case .waiting? = try await rechecker.check(series) else {
                Issue.record("nothing was analysed yet")
                return
            }
            try await history.keeper.analyseWaiting()
            let finding = try await checked(history)
            #expect(finding.parts.isEmpty && finding.isOfThisEngine)
            #expect(finding.old.levels.count == 2 && finding.changePoints.isEmpty)
        }
    }

    private struct Edit: Sendable, CustomTestStringConvertible {
        let statement: String
        let part: SeriesRechecker.Part
        var testDescription: String { statement }
    }

    private static let edits = [
        Edit(statement: "UPDATE series_analysis SET levels = '[]'", part: .levels),
        Edit(statement: "UPDATE series_analysis SET noise_rel = 0.5", part: .noise),
        Edit(statement: "UPDATE series_analysis SET trend_drift = NULL", part: .trend),
        Edit(statement: "UPDATE series_analysis SET suspect = 'upper'", part: .suspect),
        Edit(statement: "UPDATE series_analysis SET points = 7", part: .points),
        Edit(
            statement: "UPDATE change_point SET state = 'withdrawn', withdrawn_us = 1",
            part: .changePoints),
        Edit(statement: "UPDATE change_point SET shift_rel = 0.5", part: .changePoints),
    ]

    @Test(arguments: TestBackend.available)
    func `what somebody changed by hand is found, and put right`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            for place in 1...45 {
                try await history.measure(place, MeasuredHistory.value(place, step: 20))
            }
            try await history.keeper.analyseWaiting()
            let rechecker = SeriesRechecker(store: history.store)
            for edit in Self.edits {
                try await change(edit.statement, history)
                let finding = try await checked(history)
                #expect(finding.parts == [edit.part], "\(edit.statement)")
                #expect(finding.isOfThisEngine)
                #expect(finding.changePoints.isEmpty == (edit.part != .changePoints))
                try await rechecker.store(finding)
                #expect(try await checked(history).parts.isEmpty, "\(edit.statement)")
            }
            #expect(try await history.changes().map(\.found.position) == [20])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a change point that the points do not show is withdrawn, and stays readable`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            for place in 1...40 {
                try await history.measure(place, MeasuredHistory.value(place, step: 20))
            }
            try await history.keeper.analyseWaiting()
            let other = try await history.store.reading(
                of: try await history.series(), sampled: 0
            ).map { $0.points[5].measurement }
            let place = try #require(other)
            try await change(
                "UPDATE change_point SET measurement_id = '\(place)', committed_us = 1", history)
            let finding = try await checked(history)
            #expect(finding.parts == [.changePoints])
            #expect(finding.changePoints.map { $0.old == nil } == [false, true])
            #expect(finding.changePoints.map { $0.new == nil } == [true, false])
            try await SeriesRechecker(store: history.store).store(finding)
            #expect(try await history.changes().map(\.found.position) == [20])
            #expect(try await history.changes(withWithdrawn: true).count == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an analysis of another engine is told apart from one that differs`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            for place in 1...40 {
                try await history.measure(place, MeasuredHistory.value(place, step: 20))
            }
            try await history.keeper.analyseWaiting()
            try await change("UPDATE series_analysis SET engine_version = 'fleet-0'", history)
            try await change("UPDATE change_point SET engine_version = 'fleet-0'", history)
            let same = try await checked(history)
            #expect(same.parts.isEmpty && !same.isOfThisEngine)
            #expect(same.old.engineVersion == "fleet-0")
            try await change("UPDATE series_analysis SET noise_rel = 0.5", history)
            let other = try await checked(history)
            #expect(other.parts == [.noise] && !other.isOfThisEngine)
            try await SeriesRechecker(store: history.store).store(other)
            #expect(try await checked(history).isOfThisEngine)
        }
    }

    @Test(arguments: TestBackend.available)
    func `series are chosen by project, by identifier and by the time of their analysis`(
        _ backend: TestBackend
    ) async throws {
        try await withDatabase(backend) { database in
            let history = try await MeasuredHistory(database)
            try await history.measure(1, 1)
            let series = try await history.series()
            func chosen(
                _ edit: (inout SeriesAnalysisStore.Choice) -> Void
            ) async throws -> [SeriesID] {
                var choice = SeriesAnalysisStore.Choice()
                edit(&choice)
                return try await history.store.series(choice, after: nil, limit: 9)
            }
            #expect(try await chosen { _ in } == [series])
            #expect(try await chosen { $0.since = ServerTime(microseconds: 0) } == [])
            try await history.keeper.analyseWaiting()
            #expect(try await chosen { $0.since = ServerTime(microseconds: 0) } == [series])
            #expect(try await chosen { $0.since = ServerTime(microseconds: .max) } == [])
            #expect(try await chosen { $0.project = history.project.id } == [series])
            #expect(try await chosen { $0.series = series } == [series])
            var random = SystemRandomNumberGenerator()
            let now = ServerTime(microseconds: 1_795_000_000_000_000)
            let unknown = SeriesID(at: now, using: &random)
            #expect(try await chosen { $0.series = unknown } == [])
            #expect(
                try await history.store.series(.init(), after: series, limit: 9) == [])
        }
    }
}
