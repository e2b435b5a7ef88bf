import FleetModel
import Pipeline
import Storage

/// The analyses of series, beside the decisions.
extension Recomputing {
    struct SeriesSummary: Sendable {
        var looked = 0
        /// By this engine, and yet not alike.
        var different = 0
        /// Made by another engine, or by one that is not known.
        var otherEngine = 0
        /// Of them, those that this engine finds otherwise.
        var otherEngineDifferent = 0
        /// Points wait to be looked at; they were passed over.
        var waiting = 0
    }

    private static let pageLength = 200

    /// By identifier; `tell` hears of each series that is not as it was.
    func runSeries(
        _ wish: Wish, of project: ProjectID?, tell: (SeriesRechecker.Finding) -> Void
    ) async throws -> SeriesSummary {
        let rechecker = SeriesRechecker(store: analyses)
        var choice = SeriesAnalysisStore.Choice()
        choice.project = project
        choice.series = try wish.series.map { text in
            guard let series = SeriesID(text) else { throw Self.unknown(text) }
            return series
        }
        choice.since = wish.since.map { ServerTime(microseconds: $0) }
        var summary = SeriesSummary()
        var last: SeriesID?
        while true {
            let page = try await analyses.series(choice, after: last, limit: Self.pageLength)
            if let wanted = wish.series, page.isEmpty { throw Self.unknown(wanted) }
            for series in page {
                guard let finding = try await check(series, rechecker, &summary) else { continue }
                if !wish.isTrial { try await rechecker.store(finding) }
                tell(finding)
            }
            guard page.count == Self.pageLength else { return summary }
            last = page.last
        }
    }

    private static func unknown(_ series: String) -> UnknownName {
        UnknownName(description: "there is no series \(series) among those that are asked for")
    }

    /// Nil where nothing differs but the engine.
    private func check(
        _ series: SeriesID, _ rechecker: SeriesRechecker, _ summary: inout SeriesSummary
    ) async throws -> SeriesRechecker.Finding? {
        switch try await rechecker.check(series) {
        case nil: return nil
        case .waiting:
            summary.waiting += 1
            return nil
        case .analysed(let finding):
            let isDifferent = !finding.parts.isEmpty
            summary.looked += 1
            if finding.isOfThisEngine {
                summary.different += isDifferent ? 1 : 0
            } else {
                summary.otherEngine += 1
                summary.otherEngineDifferent += isDifferent ? 1 : 0
            }
            return isDifferent ? finding : nil
        }
    }
}
