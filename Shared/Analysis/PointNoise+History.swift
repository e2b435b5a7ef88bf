package import FleetModel
import Statistics

extension PointNoise {
    /// Of the stored runs of a series, oldest first; nil while there are too few to tell, or where
    /// the level is 0. `platforms`: the indices of the runs with which another platform begins,
    /// which begins a level too, and keeps the noise while it varies alike.
    ///
    /// A provisional σ, of fewer than five runs, is none: two equal runs would have no noise.
    /// Source: statistics specification, section 4.
    package init?(runs: [[SampleBlock.Sample]], platforms: [Int] = []) {
        let sides = runs.map { SampleSide($0).visits }
        let visits = sides.filter { !$0.isEmpty }
        // Places among those that have a value.
        let breaks = platforms.map { sides[..<$0].count { !$0.isEmpty } }
            .filter { $0 > 0 && $0 < visits.count }
        let bounds = [0] + Set(breaks).sorted() + [visits.count]
        let levels = zip(bounds, bounds.dropFirst()).flatMap { start, end in
            [start] + Self.levels(Array(visits[start..<end])).map { start + $0 }
        }
        guard let model = try? NoiseModel(runs: visits, levels: levels.filter { $0 > 0 }),
            !model.isProvisional, let relative = model.relative, relative.isFinite
        else { return nil }
        self.init(relative: relative, degrees: max(1, model.effectiveSize - 1))
    }

    /// Where new levels begin: also one that is too short to be told widens no noise.
    private static func levels(_ runs: [[Double]]) -> [Int] {
        let points = runs.compactMap { try? Quantile.median(of: $0) }
        let found = try? FleetDetector.standard.boundaries(in: points)
        return found?.map(\.index) ?? []
    }

    /// The points since the last change of level, oldest first.
    package static func currentLevel(_ points: [Double]) -> [Double] {
        let found = try? FleetDetector.standard.changePoints(in: points)
        return Array(points.suffix(from: found?.last?.index ?? 0))
    }
}

/// How noisy a relative σ is, in a word.
package enum NoiseWord {
    /// `steady`, `moderate`, `noisy` or `wild`.
    package static func of(_ relative: Double) -> String {
        NoiseClass(relativeDeviation: relative).rawValue
    }
}
