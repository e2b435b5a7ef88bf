import Testing

@testable import Statistics

@Suite struct NoiseTests {
    /// Runs whose levels vary by `between` and whose repetitions by `within`.
    static func runs(
        _ count: Int, between: Double, within: Double, _ generator: inout SplitMix64
    ) -> [[Double]] {
        Draws.normal(count, &generator).map { level in
            let centre = 100 + (level - 100) * between
            return Draws.normal(9, &generator).map { centre + ($0 - 100) * within }
        }
    }

    @Test func `the variance between runs comes first`() throws {
        var generator = SplitMix64(seed: 81)
        let runs = Self.runs(200, between: 3, within: 0.5, &generator)
        let model = try NoiseModel(runs: runs)
        #expect(abs(model.deviation - 3) < 0.5)
        #expect(model.relative.map { abs($0 - 0.03) < 0.005 } == true)
        #expect(!model.isProvisional)
        #expect(NoiseClass(relativeDeviation: try #require(model.relative)) == .noisy)
    }

    @Test func `few runs give a provisional answer`() throws {
        let model = try NoiseModel(runs: [[10, 11], [12, 13], [11, 12]])
        #expect(model.isProvisional)
        #expect(model.components == nil)
        #expect(model.deviation > 0)
        #expect(try NoiseModel(runs: [[5]]).deviation == 0)
        #expect(throws: StatisticsFailure.self) { try NoiseModel(runs: []) }
        #expect(throws: StatisticsFailure.self) { try NoiseModel(runs: [[1]], levels: [1]) }
    }

    @Test func `a change of level keeps the noise, one of spread does not`() throws {
        var generator = SplitMix64(seed: 82)
        let before = Self.runs(40, between: 1, within: 0.2, &generator)
        let shifted = Self.runs(40, between: 1, within: 0.2, &generator)
            .map { $0.map { $0 * 1.5 } }
        let kept = try NoiseModel(runs: before + shifted, levels: [40])
        #expect(kept.count == 80)
        #expect(kept.relative.map { $0 < 0.015 } == true)
        let wild = Self.runs(40, between: 8, within: 0.2, &generator)
        let cut = try NoiseModel(runs: before + wild, levels: [40])
        #expect(cut.count == 40)
        #expect(cut.deviation > 5)
    }

    @Test func `flags tell two clusters, a drift and a coarse clock`() throws {
        var generator = SplitMix64(seed: 83)
        let noise = Draws.normal(60, &generator)
        #expect(!SeriesShape(noise).isBimodal && !SeriesShape(noise).isDrifting)
        let modes = noise.map { generator.below(2) == 0 ? $0 : $0 + 20 }
        #expect(SeriesShape(modes).isBimodal)
        // One change of level has two clusters as well, and switches once.
        let step = noise.enumerated().map { $0.offset < 30 ? $0.element : $0.element + 20 }
        #expect(!SeriesShape(step).isBimodal)
        let slope = noise.enumerated().map { $0.element + 0.1 * Double($0.offset) }
        #expect(SeriesShape(slope).isDrifting)
        #expect(SeriesShape(noise.map { ($0 / 2).rounded() }).isQuantised)
        #expect(!SeriesShape(noise).isQuantised)
    }

    @Test func `correlated noise is worth fewer points and drifts no more`() throws {
        var generator = SplitMix64(seed: 84)
        var last = 0.0
        let values = Draws.normal(400, &generator).map { draw in
            last = 0.6 * last + draw - 100
            return last
        }
        let model = try NoiseModel(runs: values.map { [100 + $0] })
        #expect(abs(model.correlation - 0.6) < 0.15)
        #expect(model.effectiveSize < 200)
    }

    @Test func `mann and kendall see a steady rise`() throws {
        var generator = SplitMix64(seed: 87)
        let rise = Draws.normal(30, &generator).enumerated().map {
            $0.element + Double($0.offset)
        }
        #expect(try MannKendall(rise).p < 1e-6)
        #expect(try MannKendall(rise.reversed()).s == -MannKendall(rise).s)
        #expect(try MannKendall([Double](repeating: 3, count: 30)).p == 1)
    }

    @Test func `warm-up ends where nothing changes any more`() throws {
        var generator = SplitMix64(seed: 85)
        let noise = Draws.normal(40, &generator)
        #expect(try WarmUp(noise) == .steady(after: 0))
        let slow = noise.enumerated().map { $0.offset < 10 ? $0.element + 30 : $0.element }
        #expect(try WarmUp(slow) == .steady(after: 10))
        let late = noise.enumerated().map { $0.offset < 30 ? $0.element + 30 : $0.element }
        #expect(try WarmUp(late) == .neverSteady)
    }

    @Test func `costly runs get more repetitions each`() throws {
        var generator = SplitMix64(seed: 86)
        let parts = try VarianceComponents(
            Self.runs(50, between: 1, within: 2, &generator))
        let cheap = try #require(
            try parts.repetitionsPerRun(costOfRun: 1, costOfRepetition: 1))
        let dear = try #require(
            try parts.repetitionsPerRun(costOfRun: 100, costOfRepetition: 1))
        #expect(cheap == 3 && dear > 10)
        #expect(throws: StatisticsFailure.self) {
            try parts.repetitionsPerRun(costOfRun: 0, costOfRepetition: 1)
        }
    }

    @Test(arguments: 1...30)
    func `selecting the median equals sorting`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = 1 + generator.below(50)
        var values = Draws.tied(count, below: 1 + seed, &generator)
        let wanted = Quantile.median(ofSorted: values.sorted())
        #expect(Selection.median(&values) == wanted, "seed \(seed)")
    }
}
