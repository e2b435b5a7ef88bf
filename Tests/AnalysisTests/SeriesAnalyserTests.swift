import FleetModel
import Statistics
import Testing

@testable import Analysis

@Suite struct SeriesAnalyserTests {
    private static let time = MetricIdentity(
        name: "time", unit: "s", better: .lower, provider: .toolReported)

    private static func point(
        _ value: Double, epoch: String? = "a", at day: Int, measured: Int? = nil
    ) -> SeriesAnalyser.Point {
        SeriesAnalyser.Point(
            value: value, visits: [value * 0.999, value, value * 1.001], epoch: epoch,
            committedAt: ServerTime(microseconds: Int64(day) * 86_400_000_000),
            measuredAt: ServerTime(microseconds: Int64(measured ?? day) * 86_400_000_000 + 1))
    }

    /// Values around 1 with a step, one a day.
    private static func series(
        _ count: Int, step: Double = 0, from place: Int = 0, noise: Double = 0.01, seed: UInt64 = 5
    ) -> [Double] {
        let white = noisy(1, spread: noise, count: count, seed: seed)
        return white.enumerated().map { $0.offset >= place ? $0.element + step : $0.element }
    }

    private static func findings(
        _ points: [SeriesAnalyser.Point], metric: MetricIdentity = time,
        threshold: Double? = nil
    ) throws -> SeriesFindings {
        var memory = SeriesMemory()
        return try SeriesAnalyser(metric: metric, threshold: threshold)
            .findings(of: points, memory: &memory)
    }

    @Test func `a step is a change with its size, its interval and its levels`() throws {
        let points = Self.series(60, step: 0.05, from: 40).enumerated().map {
            Self.point($0.element, at: $0.offset)
        }
        let found = try Self.findings(points)
        let change = try #require(found.boundaries.first)
        #expect(found.boundaries.count == 1)
        #expect(change.kind == .change && change.place == 40 && change.before == 39)
        #expect(change.direction == .regressed)
        let shift = try #require(change.shift)
        #expect(abs(shift.value - 0.05) < 0.01)
        #expect(try #require(shift.low) < shift.value && shift.value < (try #require(shift.high)))
        #expect(found.levels.map(\.count) == [40, 20])
        #expect(found.levels.map(\.first) == [0, 40] && found.levels.map(\.last) == [39, 59])
        #expect(change.levelAfter == found.levels[1].median)
    }

    @Test func `a step with a new platform is an epoch, not a regression`() throws {
        let points = Self.series(60, step: 0.05, from: 40).enumerated().map {
            Self.point($0.element, epoch: $0.offset < 40 ? "a" : "b", at: $0.offset)
        }
        let found = try Self.findings(points)
        #expect(found.boundaries.map(\.kind) == [.epochBreak])
        #expect(found.boundaries.map(\.direction) == [.unclear])
        #expect(found.boundaries.first?.place == 40 && found.boundaries.first?.p == nil)
        #expect(found.levels.map(\.epoch) == ["a", "b"])
    }

    @Test func `an old commit on a new platform cuts no older stretch in two`() throws {
        var points = Self.series(60, step: 0.05, from: 40).enumerated().map {
            Self.point($0.element, epoch: $0.offset < 50 ? "a" : "b", at: $0.offset)
        }
        let before = try Self.findings(points)
        points.insert(Self.point(1.3, epoch: "b", at: 20, measured: 70), at: 20)
        let after = try Self.findings(points)
        #expect(before.boundaries.map(\.kind) == [.change, .epochBreak])
        #expect(after.boundaries.filter { $0.kind == .change }.map(\.place) == [41])
        // The newer platform begins where its first commit stands.
        #expect(after.boundaries.filter { $0.kind == .epochBreak }.map(\.place) == [20])
        #expect(after.levels.filter { $0.epoch == "a" }.map(\.count) == [40, 10])
    }

    @Test func `a host that said nothing stays in the epoch it was in`() throws {
        let points = (0..<12).map {
            Self.point(1, epoch: $0 == 4 || $0 == 0 ? nil : $0 < 8 ? "a" : "b", at: $0)
        }
        #expect(EpochNames(points).names == Array(repeating: "a", count: 8) + ["b", "b", "b", "b"])
    }

    @Test func `the same points give the same findings however they were appended`() throws {
        for seed in UInt64(1)...8 {
            let values = Self.series(90, step: 0.04, from: 55, seed: seed)
            let points = values.enumerated().map {
                Self.point($0.element, epoch: $0.offset < 30 ? "a" : "b", at: $0.offset)
            }
            let analyser = SeriesAnalyser(metric: Self.time, threshold: nil)
            var memory = SeriesMemory()
            var order = Array(points.indices)
            var random = SplitMix64(seed: seed)
            for place in order.indices.dropFirst().reversed() {
                order.swapAt(place, random.below(place + 1))
            }
            // Mostly in order, some of them late.
            let late = Set(order.prefix(6))
            let arrival = points.indices.filter { !late.contains($0) } + late.sorted()
            for count in 1...points.count {
                let known = arrival.prefix(count).sorted().map { points[$0] }
                let appended = try analyser.findings(of: known, memory: &memory)
                if count % 9 == 0 || count == points.count {
                    #expect(try appended == Self.findings(known), "seed \(seed), \(count)")
                }
            }
        }
    }

    @Test func `noise is told from the runs, and from their differences while they are few`() throws
    {
        let points = Self.series(40).enumerated().map { Self.point($0.element, at: $0.offset) }
        let noise = try #require(try Self.findings(points).noise)
        let relative = try #require(noise.relative)
        #expect(relative > 0.004 && relative < 0.02)
        #expect(try #require(noise.detectable) > relative)
        #expect(noise.flags.isEmpty && noise.runs == 40)
        let few = try #require(try Self.findings(Array(points.prefix(4))).noise)
        #expect(few.flags == [.provisional] && few.detectable == nil)
    }

    @Test func `a level that switches between two values is bimodal`() throws {
        let points = (0..<40).map { Self.point($0 % 3 == 0 ? 1.1 : 1, at: $0) }
        #expect(try Self.findings(points).noise?.flags.contains(.bimodal) == true)
    }

    @Test func `a drift is told from a step`() throws {
        let drifting = Self.series(80, noise: 0.004).enumerated().map {
            Self.point($0.element * (1 + 0.0008 * Double($0.offset)), at: $0.offset)
        }
        let trend = try #require(try Self.findings(drifting, threshold: 0.1).trend)
        #expect(trend.drift == .degrading && trend.p < 0.01)
        #expect(trend.runs > 60)
        let month = try #require(trend.perMonth)
        #expect(month > 0.015 && month < 0.035)
        #expect(try #require(trend.runsToBreach) > 10)
        let stepped = Self.series(80, step: 0.05, from: 40, noise: 0.004).enumerated().map {
            Self.point($0.element, at: $0.offset)
        }
        let other = try #require(try Self.findings(stepped).trend)
        #expect(other.drift == .stable && other.runs == 40)
    }

    @Test func `a value far outside of its level is suspected`() throws {
        var points = Self.series(30).enumerated().map { Self.point($0.element, at: $0.offset) }
        #expect(try Self.findings(points).suspect == nil)
        points.append(Self.point(1.2, at: 31))
        #expect(try Self.findings(points).suspect == .upper)
    }

    @Test func `a level too short to be confirmed is suspected and bounds its neighbours`() throws {
        let values =
            Self.series(9, noise: 0.002) + Self.series(11, noise: 0.002).map { $0 - 0.02 }
            + Self.series(4, noise: 0.002).map { $0 + 0.02 }
        let found = try Self.findings(
            values.enumerated().map { Self.point($0.element, at: $0.offset) })
        #expect(found.boundaries.map(\.place) == [9])
        #expect(found.levels.map(\.count) == [9, 11, 4])
        #expect(found.suspect == .upper)
        #expect(try #require(found.noise?.relative) < 0.005)
    }

    @Test func `small steps of an exact count are none`() throws {
        let exact = MetricIdentity(
            name: "instructions_simulated", unit: "count", better: .lower, provider: .simulated)
        func steps(_ size: Double) throws -> Int {
            let points = (0..<40).map { Self.point($0 < 20 ? 1e9 : 1e9 * (1 + size), at: $0) }
            return try Self.findings(points, metric: exact).boundaries.count
        }
        #expect(try steps(0.001) == 0)
        #expect(try steps(0.01) == 1)
    }

    @Test func `more of what is better up is an improvement`() throws {
        let rate = MetricIdentity(
            name: "throughput", unit: "1/s", better: .higher, provider: .toolReported)
        let points = Self.series(60, step: 0.05, from: 40).enumerated().map {
            Self.point($0.element, at: $0.offset)
        }
        #expect(
            try Self.findings(points, metric: rate).boundaries.map(\.direction) == [.improved])
    }

    @Test func `a series without a point says nothing`() throws {
        #expect(try Self.findings([]) == .nothing)
    }
}
