import Testing

@testable import Statistics

/// Levels that are short, or that end soon (decision 0050).
@Suite struct ShortLevelTests {
    static let fleet = FleetDetector.standard

    /// Levels of so many values, one after the other, in noise of 1.
    private static func levels(_ parts: [(count: Int, level: Double)], seed: Int) -> [Double] {
        var generator = SplitMix64(seed: UInt64(seed))
        return parts.flatMap { part in
            Draws.normal(part.count, &generator).map { 1000 + part.level + $0 }
        }
    }

    private static func isNear(_ index: Int, _ wanted: Int) -> Bool { abs(index - wanted) <= 1 }

    /// Four values against eleven: not even the clearest ranks can be significant.
    private static let short = [
        49.72, 49.63, 49.65, 49.74, 49.76, 49.65, 49.73, 49.82, 49.74, 48.55, 48.63, 48.69,
        48.59, 48.64, 48.5, 48.69, 48.72, 48.63, 48.7, 48.48, 50.47, 50.51, 50.61, 50.67,
    ]

    @Test func `a level too short to be confirmed does not hide the one before`() throws {
        let values = Self.short
        let found = try Self.fleet.boundaries(in: values)
        #expect(found.map(\.index) == [9, 20])
        #expect(found.map(\.isConfirmed) == [true, false])
        #expect(try Self.fleet.changePoints(in: values).map(\.index) == [9])
        #expect(abs(found[0].meanAfter - 48.62) < 0.01)
    }

    @Test func `a boundary is confirmed by the values that follow`() throws {
        var series = ChangePointSeries(by: Self.fleet)
        try series.append(contentsOf: Self.short.map(Optional.some)[...])
        #expect(series.boundaries.map(\.isConfirmed) == [true, false])
        try series.append(50.58)
        #expect(series.boundaries.map(\.isConfirmed) == [true, true])
    }

    @Test(arguments: 1...20)
    func `noise of a series is not widened by short levels`(_ seed: Int) throws {
        let values = Self.levels([(3, 0), (8, -30), (3, 30)], seed: seed)
        let found = try Self.fleet.boundaries(in: values)
        guard found.count == 2 else { return }
        #expect(try Self.fleet.changePoints(in: values).isEmpty, "seed \(seed)")
        let model = try NoiseModel(runs: values.map { [$0] }, levels: found.map(\.index))
        #expect(model.deviation < 3, "seed \(seed)")
    }

    @Test func `a level that comes and goes within one window is found`() throws {
        let found = (1...40).count { seed in
            let values = Self.levels([(20, 0), (10, 4), (20, 0)], seed: seed)
            let points = (try? Self.fleet.changePoints(in: values).map(\.index)) ?? []
            return points.contains { Self.isNear($0, 20) }
                && points.contains { Self.isNear($0, 30) }
        }
        #expect(found >= 36)
    }

    @Test func `three values beyond the same bound are a level, and two are not`() throws {
        let clip = HampelClip(halfWindow: 5, reach: 4, shortestLevel: 3)
        let calm = [1.0, 2, 1, 2, 1, 2, 1, 2, 1]
        for count in 1...4 {
            let values = calm + [Double](repeating: 50, count: count)
            let clipped = clip.values(values, in: values.indices)
            #expect((clipped == values) == (count >= 3), "\(count) values")
        }
        let all = HampelClip(halfWindow: 5, reach: 4, shortestLevel: nil)
        let values = calm + [50, 50, 50]
        #expect(all.values(values, in: values.indices) != values)
    }

    @Test(arguments: 1...60)
    func `the filter stops no level that passes`(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = 3 + generator.below(40)
        let height = Double(generator.below(8))
        let start = 1 + generator.below(count - 1)
        let values = Draws.normal(count, &generator).enumerated().map { index, value in
            index >= start && index < start + 6 ? value + height : value
        }
        let rule = EpisodeRule(level: 0.001, window: 50)
        var filter = EpisodeFilter(rule)
        guard !filter.canPass(values, 0..<count) else { return }
        for split in 1..<count {
            for end in split + 1...count {
                let pair = LevelPair(
                    left: SegmentMoments(values, 0..<split),
                    right: SegmentMoments(values, split..<end))
                #expect(pair.p(.sample) > rule.level, "seed \(seed): \(split)..<\(end)")
            }
        }
    }

    @Test(arguments: 1...20)
    func `a split's level ends where the statistic is largest`(_ seed: Int) throws {
        let values = Self.levels([(12, 0), (7, 8), (14, 0)], seed: seed)
        var search = SplitSearch()
        let found = search.best(values, in: values.indices)
        let best = try #require(found)
        let end = search.end(of: best.index, values, in: values.indices)
        let part = try BestSplit.of(Array(values[..<end]), in: 0..<end)
        #expect(part.index == best.index, "seed \(seed)")
        #expect(abs(part.qhat - best.qhat) < 1e-9 * best.qhat, "seed \(seed)")
    }
}
