import FleetModel

@testable import WebSupport

/// Samples as a machine that nobody keeps still gives them: each attempt at a speed of its own,
/// drifting while it measures, visits scattered, one of them disturbed.
struct NoisySamples {
    var generator: SplitMix64Sequence
    /// Between attempts, relative.
    var between = 0.01
    /// Between visits of one attempt, relative.
    var within = 0.003
    /// How much longer everything takes than at first, on both sides.
    var slowness = 1.0

    init(seed: UInt64) { generator = SplitMix64Sequence(state: seed) }

    /// Both benchmarks on both sides over 16 pairs of visits, in times and in instructions; the
    /// candidate takes `factor` times as much.
    mutating func records(factor: Double = 1, roles: [String] = ["base", "candidate"])
        -> [JSONValue]
    {
        var records: [JSONValue] = []
        for benchmark in ["parse/long", "parse/short"] {
            let speed = 0.02 * slowness * (1 + between * generator.normal())
            let disturbed = Int(generator.uniform() * 16)
            for role in roles {
                let scale = role == "base" ? 1 : factor
                for visit in 0..<16 {
                    var time = speed * scale * (1 + 0.0004 * Double(visit))
                    time *= 1 + within * generator.normal()
                    if visit == disturbed { time *= 1.2 }
                    let count = 4.1e8 * scale * (1 + 0.0002 * generator.normal())
                    records.append(
                        Self.record(benchmark, role, visit, "time", "s", "software_event", time))
                    records.append(
                        Self.record(
                            benchmark, role, visit, "instructions", "count", "hardware",
                            count.rounded()))
                }
                records.append(SampleAgent.ending(benchmark, role: role))
            }
        }
        return records
    }

    private static func record(
        _ benchmark: String, _ role: String, _ visit: Int, _ metric: String, _ unit: String,
        _ provider: String, _ value: Double
    ) -> JSONValue {
        [
            "type": "measurement", "at_ns": 1, "benchmark": .string(benchmark), "params": [:],
            "metric": .string(metric), "unit": .string(unit), "better": "lower",
            "provider": .string(provider), "role": .string(role), "phase": "measure",
            "visit": .integer(visit), "iteration": .integer(visit), "values": [.real(value)],
        ]
    }
}

/// Steele, Lea & Flood 2014; the same seed gives the same samples on every machine.
struct SplitMix64Sequence {
    var state: UInt64

    mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-53
    }

    /// Of twelve uniform values: light tails, and no library that differs between machines.
    mutating func normal() -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + uniform() }
    }
}
