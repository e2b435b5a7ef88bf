import Testing

@testable import Statistics

/// Properties that hold for every series.
@Suite struct ChangePointTests {
    static let fleet = FleetDetector.standard
    static let otava = try? OtavaDetector()

    /// Levels of random lengths and heights, with noise, ties in every third series and outliers in
    /// every fifth.
    static func series(_ seed: Int, count: Int) -> [Double] {
        var generator = SplitMix64(seed: UInt64(seed))
        var values: [Double] = []
        var level = 100.0
        while values.count < count {
            let length = 5 + generator.below(40)
            for noise in Draws.normal(length, &generator) {
                var value = level + noise - 100
                if seed.isMultiple(of: 3) { value.round() }
                if seed.isMultiple(of: 5), generator.below(30) == 0 { value += 25 }
                values.append(value)
            }
            level += Double(generator.below(9)) - 4
        }
        return Array(values.prefix(count))
    }

    @Test(arguments: 1...40)
    func `appending one by one equals the whole at every length`(_ seed: Int) throws {
        let values = Self.series(seed, count: 130)
        let fleet = Self.fleet
        let otava = try #require(Self.otava)
        var first = ChangePointSeries(by: fleet)
        var second = ChangePointSeries(by: otava)
        for (index, value) in values.enumerated() {
            try first.append(value)
            try second.append(value)
            guard index.isMultiple(of: 7) || index == values.count - 1 else { continue }
            let whole = Array(values[...index])
            #expect(try first.boundaries == fleet.boundaries(in: whole), "seed \(seed)")
            #expect(try second.changePoints == otava.changePoints(in: whole), "seed \(seed)")
        }
    }

    @Test(arguments: 1...20)
    func `a power of two as scale changes nothing but the means`(_ seed: Int) throws {
        let values = Self.series(seed, count: 200)
        let fleet = Self.fleet
        let plain = try fleet.changePoints(in: values)
        let scaled = try fleet.changePoints(in: values.map { $0 * 1024 })
        #expect(plain.map(\.index) == scaled.map(\.index), "seed \(seed)")
        #expect(plain.map(\.adjustedP) == scaled.map(\.adjustedP), "seed \(seed)")
        #expect(plain.map { $0.meanAfter * 1024 } == scaled.map(\.meanAfter), "seed \(seed)")
    }

    @Test(arguments: 1...20)
    func `the best split is that of the definition`(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let count = 2 + generator.below(24)
        let values =
            seed.isMultiple(of: 2)
            ? Draws.normal(count, &generator) : Draws.tied(count, below: 4, &generator)
        let found = try BestSplit.of(values, in: 0..<count)
        let wanted = Self.plainSplit(values)
        #expect(abs(found.qhat - wanted.qhat) <= 1e-9 * max(1, abs(wanted.qhat)), "seed \(seed)")
        #expect(found.index == wanted.index, "seed \(seed)")
    }

    @Test func `a larger step is found no later`() throws {
        let fleet = Self.fleet
        var generator = SplitMix64(seed: 5)
        let noise = Draws.normal(60, &generator)
        var last = Int.max
        for step in [2.0, 4, 8, 16] {
            let values = noise.enumerated().map { $0.offset < 40 ? $0.element : $0.element + step }
            var series = ChangePointSeries(by: fleet)
            var delay = Int.max
            for (index, value) in values.enumerated() {
                try series.append(value)
                guard series.changePoints.contains(where: { abs($0.index - 40) <= 2 }) else {
                    continue
                }
                delay = index - 39
                break
            }
            #expect(delay <= last)
            last = delay
        }
        #expect(last <= 8)
    }

    @Test func `epochs are boundaries, and nothing is said about them`() throws {
        let fleet = Self.fleet
        var generator = SplitMix64(seed: 6)
        let low = Draws.normal(40, &generator)
        let high = Draws.normal(40, &generator).map { $0 + 50 }
        #expect(try fleet.changePoints(in: low + high).map(\.index) == [40])
        #expect(try fleet.changePoints(in: low + high, epochs: [40]).isEmpty)
        let later = try fleet.changePoints(in: low + high + low, epochs: [40])
        #expect(later.map(\.index) == [80])
        #expect(throws: StatisticsFailure.self) {
            try fleet.changePoints(in: low, epochs: [41])
        }
    }

    @Test func `gaps are filled forward, leading ones backward`() throws {
        let fleet = Self.fleet
        let sparse: [Double?] = [nil, nil, 1, nil, 2, nil]
        var series = ChangePointSeries(by: fleet)
        for value in sparse { try series.append(value) }
        #expect(series.values == [1, 1, 1, 1, 2, 2])
        #expect(throws: StatisticsFailure.emptySample("values")) {
            try fleet.changePoints(in: [nil, nil])
        }
        #expect(throws: StatisticsFailure.nonFiniteInput("values")) {
            try series.append(.infinity)
        }
        #expect(series.values.count == 6)
    }

    @Test(arguments: 1...30)
    func `extreme values end in an answer`(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let pool = ExtremeValueTests.pool
        let values = (0..<60).map { _ in pool[generator.below(pool.count)] }
        _ = try Self.fleet.changePoints(in: values)
        _ = try #require(Self.otava).changePoints(in: values)
        _ = try? BestSplit.of(values, in: 0..<60)
        _ = try Trend(of: values)
        _ = try MannKendall(values)
        _ = try NoiseModel(runs: values.map { [$0, 1] }, levels: [20])
        _ = try WarmUp(values)
        for test in Threshold.Test.allCases {
            _ = try Threshold(test, lower: 0.6, upper: 0.7).judge(values[0], history: values)
        }
    }

    /// Every pair of ends, every sum written out.
    private static func plainSplit(_ values: [Double]) -> BestSplit {
        var best = BestSplit(index: 0, qhat: -.infinity)
        let spread = (values.max() ?? 0) - (values.min() ?? 0)
        for split in 1..<values.count {
            for end in split + 1...values.count {
                let (a, b) = (Double(split), Double(end - split))
                let left = values[..<split]
                let right = values[split..<end]
                var q = 0.0
                for x in left { for y in right { q += 2 / (a + b) * abs(x - y) } }
                let leftPairs = left.reduce(0) { sum, x in
                    sum + left.reduce(0) { $0 + abs($1 - x) }
                }
                let rightPairs = right.reduce(0) { sum, x in
                    sum + right.reduce(0) { $0 + abs($1 - x) }
                }
                if split > 1 { q -= b / ((a + b) * (a - 1)) * leftPairs }
                if end - split > 1 { q -= a / ((a + b) * (b - 1)) * rightPairs }
                if q > best.qhat + 1e-12 * max(abs(q), spread) {
                    best = BestSplit(index: split, qhat: q)
                }
            }
        }
        return best
    }
}
