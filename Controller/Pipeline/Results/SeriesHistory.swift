import Analysis
import FleetModel
import Storage

/// What earlier runs of series say: their noise, and the points that a candidate is held against.
struct SeriesHistory {
    let series: SeriesStore

    /// Runs from which noise is estimated; older ones tell of another machine.
    private static let noiseRuns = 60
    /// Points before the candidate, so that a level's beginning is found behind the newest ones.
    private static let longest = 200

    /// By series, without the runs that are compared themselves; none where there are too few.
    func noise(
        of wanted: [SeriesID], in project: ProjectID, for candidate: RunID, and base: Set<RunID>
    ) async throws -> [SeriesID: PointNoise] {
        let compared = base.union([candidate])
        let found = try await series.pastRuns(
            of: wanted, in: project, beside: candidate, .all,
            limit: Self.noiseRuns + compared.count)
        return found.compactMapValues { runs in
            let others = runs.filter { !compared.contains($0.run) }
            return PointNoise(
                runs: others.map(\.samples),
                platforms: others.indices.dropFirst().filter {
                    others[$0].epoch != others[$0 - 1].epoch
                })
        }
    }

    /// By name, for those whose policy asks for points; empty where there are none yet. Only
    /// commits before the candidate's (statistics specification, section 7).
    func points(
        for wanted: [(name: ComparisonMaker.Name, series: SeriesID)], under policy: RunPolicy,
        in project: ProjectID, before candidate: RunID
    ) async throws -> [ComparisonMaker.Name: [Double]] {
        let table = PolicyTable(policy)
        let terms = wanted.compactMap { entry -> (ComparisonMaker.Name, SeriesID, PolicyTerms)? in
            let found = table.terms(
                benchmark: entry.name.benchmark, metric: entry.name.metric.name)
            guard found.isWatched, found.terms.historyLength != nil else { return nil }
            return (entry.name, entry.series, found.terms)
        }
        guard !terms.isEmpty else { return [:] }
        let found = try await series.pastRuns(
            of: terms.map(\.1), in: project, beside: candidate, .before,
            limit: Self.longest)
        var points: [ComparisonMaker.Name: [Double]] = [:]
        for (name, id, terms) in terms {
            let all = (found[id] ?? []).compactMap { SampleSide($0.samples).statistic?.median }
            let level = terms.isHistoryCut ? PointNoise.currentLevel(all) : all
            points[name] = Array(level.suffix(terms.historyLength ?? 0))
        }
        return points
    }
}
