import Analysis
import ArgumentParser
import FleetModel
import Pipeline
import Statistics
import Storage

/// Two sides of a large suite, as the pipeline hands them to the engine.
struct ComparisonQuestion {
    private let policy: RunPolicy
    private let pairs: [ComparisonMaker.Pair]

    /// So many visits a side with so many repetitions each; every hundredth pair is 5 % slower.
    init(pairs count: Int, visits: Int, repetitions: Int) throws {
        policy = try Self.policy()
        var generator = SplitMix64(seed: 3)
        pairs = (0..<count).map { number in
            let name = ComparisonMaker.Name(
                benchmark: "group/benchmark-\(number / 2)", parameters: .none,
                metric: MetricIdentity(
                    name: number.isMultiple(of: 2) ? "time" : "instructions", unit: "s",
                    better: .lower, provider: .softwareEvent))
            let factor = number.isMultiple(of: 100) ? 1.05 : 1
            func side(_ factor: Double) -> [SampleBlock.Sample] {
                (0..<visits).flatMap { visit in
                    SampleSeries.white.values(repetitions, &generator).enumerated().map {
                        SampleBlock.Sample(
                            iteration: Int64(visit * repetitions + $0.offset),
                            visit: Int64(visit), value: factor * (100 + $0.element * 0.01))
                    }
                }
            }
            return ComparisonMaker.Pair(name: name, base: side(1), candidate: side(factor))
        }
    }

    /// The default that needs no configuration, for times and instructions of all names.
    static func policy() throws -> RunPolicy {
        try RunPolicy(
            text: #"{"name":"default","rules":[{"benchmark":"all","prefix":"","#
                + #""watch":["time","instructions"]}],"version":0}"#)
    }

    func answer(_ design: ComparisonMethod.Design) throws {
        let noise = PointNoise(relative: 0.004, degrees: 20)
        let asked = pairs.map { pair in
            var pair = pair
            pair.noiseFloor = 0.001
            if design != .interleaved { pair.noise = noise }
            return pair
        }
        let made = ComparisonMaker(
            policy: policy, hostClass: "default", comparisons: 1,
            method: ComparisonMethod(design)
        ).make(asked)
        let found = made.rows.count { $0.direction == .regressed }
        // What was planted, and nothing else.
        guard found == (pairs.count + 99) / 100 else {
            throw ValidationError("\(found) of \(pairs.count) rows regressed")
        }
    }
}
