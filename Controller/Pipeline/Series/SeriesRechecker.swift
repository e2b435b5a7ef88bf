import Analysis
package import FleetModel
package import Storage

/// Analyses stored series again, from their stored points alone, and says what is other than what
/// is stored of them.
package struct SeriesRechecker: Sendable {
    let store: SeriesAnalysisStore

    package init(store: SeriesAnalysisStore) { self.store = store }

    /// What came of one series.
    package enum Outcome: Sendable {
        /// Points wait to be looked at: what is stored is not meant to be of all of them.
        case waiting
        case analysed(Finding)
    }

    /// A series analysed again.
    package struct Finding: Sendable {
        package let series: SeriesRecord
        package let old: SeriesAnalysis
        package let new: SeriesAnalysis
        /// Those that are not on both sides alike, by the place of their first points.
        package let changePoints: [ChangePointDifference]
        let reading: SeriesReading
        let result: SeriesResult

        /// Another engine, or none that is known, has made the old one: it may find otherwise.
        package var isOfThisEngine: Bool { old.engineVersion == new.engineVersion }

        /// In which parts the two differ; none where they are the same but for the engine.
        package var parts: [Part] { Part.allCases.filter(differs) }

        private func differs(in part: Part) -> Bool {
            switch part {
            case .points: old.points != new.points
            case .levels: old.levels != new.levels
            case .changePoints: !changePoints.isEmpty
            case .noise: old.noise != new.noise
            case .trend: old.trend != new.trend
            case .suspect: old.suspect != new.suspect
            }
        }
    }

    /// A part of what is known of a series.
    package enum Part: String, Sendable, CaseIterable {
        case points, levels
        case changePoints = "change_points"
        case noise, trend, suspect
    }

    /// Nil for a series that nothing was accepted of.
    package func check(_ series: SeriesID) async throws -> Outcome? {
        guard let stored = try await store.stored(of: series) else { return nil }
        guard !stored.isBehind else { return .waiting }
        guard let fresh = try await SeriesKeeper.recomputed(series, from: store) else { return nil }
        // A point that came between the two readings.
        guard fresh.reading.wanted == stored.wanted else { return .waiting }
        return .analysed(
            Finding(
                series: fresh.reading.series, old: stored.analysis, new: fresh.result.analysis,
                changePoints: ChangePointDifference.between(
                    stored.changePoints.map(\.found), fresh.result.changePoints),
                reading: fresh.reading, result: fresh.result))
    }

    /// Puts what was found in the place of what is stored; change points that are none any more
    /// are withdrawn, and stay readable.
    package func store(_ finding: Finding) async throws {
        try await store.store(
            finding.result.analysis, finding.result.changePoints, of: finding.reading,
            isAgain: true)
    }
}

/// A change point that is found otherwise than it was, or only once.
package struct ChangePointDifference: Hashable, Sendable {
    package let old: ChangePointRecord.Finding?
    package let new: ChangePointRecord.Finding?

    /// By what the points alone decide: the engine that found a change is none of it.
    static func between(
        _ old: [ChangePointRecord.Finding], _ new: [ChangePointRecord.Finding]
    ) -> [ChangePointDifference] {
        var rest = old
        var found: [ChangePointDifference] = []
        for finding in new {
            let place = rest.firstIndex {
                $0.kind == finding.kind && $0.measurement == finding.measurement
            }
            let before = place.map { rest.remove(at: $0) }
            guard before?.by(finding.method) != finding else { continue }
            found.append(ChangePointDifference(old: before, new: finding))
        }
        found += rest.map { ChangePointDifference(old: $0, new: nil) }
        return found.sorted { $0.place < $1.place }
    }

    private var place: ServerTime { (new ?? old)?.committedAt ?? ServerTime(microseconds: 0) }
}
