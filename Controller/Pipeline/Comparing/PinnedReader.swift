import Analysis
import FleetModel
import Storage

/// Reads what the pinned baseline's commit measured in the series of a run.
struct PinnedReader {
    let series: SeriesStore

    private typealias Side = ComparisonMaker.PinnedSide

    /// The pairs with what is pinned now; as they are where nothing is, where it is the run's own
    /// commit, and where the run was measured beside it, which says more than two attempts.
    func completed(
        _ pairs: [ComparisonMaker.Pair], of run: RunRecord
    ) async throws -> [ComparisonMaker.Pair] {
        guard run.patch == nil, let pin = try await series.pins.pin(of: run.project),
            pin.holds(for: run.hostClass), ![run.commit, run.base?.commit].contains(pin.commit)
        else { return pairs }
        let ids = pairs.compactMap(\.series)
        let pinned = try await series.placedRuns(of: ids, in: run.project, .newest(of: pin.commit))
        guard !pinned.isEmpty else { return pairs }
        let measured = Array(pinned.keys)
        let own = try await series.placedRuns(of: measured, in: run.project, .run(run.id))
        let noise = try await SeriesHistory(series: series).noise(
            of: measured, in: run.project, for: run.id, and: Set(pinned.values.map(\.run)))
        return pairs.map { pair in
            guard let id = pair.series, let found = pinned[id] else { return pair }
            var pair = pair
            pair.pinned = Side(
                commit: pin.commit, release: pin.release, run: found.run, samples: found.samples,
                noise: noise[id], isOtherPlatform: found.epoch != own[id]?.epoch)
            return pair
        }
    }

    /// What the rows of a decision were held against, whatever is pinned now, by their names.
    func sides(
        of old: ComparisonStore.Comparison
    ) async throws -> [ComparisonMaker.Name: ComparisonMaker.PinnedSide] {
        var sides: [ComparisonMaker.Name: Side] = [:]
        let held = Dictionary(grouping: old.rows.filter { $0.pinned != nil }) { $0.pinned?.run }
        for case (let run?, let rows) in held {
            let found = try await series.placedRuns(
                of: rows.compactMap(\.series), in: old.project, .run(run))
            for row in rows {
                guard let pinned = row.pinned, let id = row.series, let samples = found[id]?.samples
                else { continue }
                sides[ComparisonMaker.Name(row)] = Side(
                    commit: pinned.commit, release: pinned.release, run: run, samples: samples,
                    noise: pinned.noise.map {
                        PointNoise(relative: $0.relative, degrees: $0.degrees)
                    }, isOtherPlatform: pinned.isOtherPlatform)
            }
        }
        return sides
    }
}
