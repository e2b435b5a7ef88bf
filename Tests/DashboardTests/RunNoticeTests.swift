import FleetModel
import Storage
import Testing

@testable import Dashboard

/// What stands between a run's verdict and its results.
@Suite struct RunNoticeTests {
    private static func row(
        _ benchmark: String, _ decision: Decision, by change: Double
    ) throws -> ComparisonStore.RowRecord {
        let pinned = PinnedShift(
            commit: try #require(CommitHash(String(repeating: "a", count: 40))), release: "v1.0",
            run: try #require(RunID("01a1fd0c-0000-7000-8000-000000000001")), median: 0.1,
            shift: .init(relative: change, low: change - 0.01, high: change + 0.01, level: 0.95),
            p: 0.001, adjustedP: 0.002, direction: decision == .fail ? .regressed : .unclear,
            decision: decision, reasons: [], noise: (0.01, 9), isOtherPlatform: false)
        return ComparisonStore.RowRecord(
            benchmark: benchmark, parameters: .none,
            metric: MetricIdentity(
                name: "time", unit: "s", better: .lower, provider: .toolReported),
            hostClass: "default", series: nil, state: "compared", isWatched: true, base: nil,
            candidate: nil, shift: nil, p: nil, adjustedP: nil, cliffsDelta: nil, detectable: nil,
            threshold: nil, direction: .unchanged, decision: .pass, reasons: [], pinned: pinned)
    }

    @Test func `what crept in is told by its largest part`() throws {
        let rows = [
            try Self.row("print", .fail, by: 0.05), try Self.row("parse", .fail, by: 0.12),
            try Self.row("sort", .warn, by: 0.5),
        ]
        let sentence = try #require(PinnedNotice.sentence(on: rows))
        #expect(
            sentence.text == "parse time is slower by 12.0\u{202F}% [11.0, 13.0] than at the "
                + "pinned baseline v1.0; 1 other metric worse, too.")
        #expect(sentence.kind == "regressed")
        let unsure = try Self.row("sort", .warn, by: 0.5)
        #expect(PinnedNotice.sentence(on: [unsure]) == nil)
        #expect(PinnedNotice.sentence(on: []) == nil)
    }
}
