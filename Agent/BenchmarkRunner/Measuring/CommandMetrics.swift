import FleetModel
import Isolation

/// What is measured of a command itself, once per execution.
///
/// Sources: CLOCK_MONOTONIC_RAW around the program; getrusage(2) for the rest.
enum CommandMetrics {
    struct Value {
        let metric: MetricIdentity
        let value: Double
    }

    static func values(of outcome: LaunchOutcome, for entry: BenchmarkPlan) -> [Value] {
        let usage = outcome.usage
        let seconds = { (microseconds: Int64) in Double(microseconds) * 1e-6 }
        return [
            ("time", "s", Better.lower, Double(outcome.wallNanoseconds) * 1e-9),
            ("user_time", "s", .lower, seconds(usage.userMicroseconds)),
            ("system_time", "s", .lower, seconds(usage.systemMicroseconds)),
            ("peak_memory", "B", .lower, Double(usage.maximumResidentBytes)),
            ("voluntary_context_switches", "count", .none, Double(usage.voluntarySwitches)),
            (
                "involuntary_context_switches", "count", .none,
                Double(usage.involuntarySwitches)
            ),
            ("page_faults", "count", .none, Double(usage.minorFaults) + Double(usage.majorFaults)),
        ].map { name, unit, better, value in
            Value(
                metric: MetricIdentity(
                    name: name, unit: unit,
                    better: entry.better(of: name, toolSays: better), provider: .softwareEvent),
                value: max(0, value))
        }
    }
}
