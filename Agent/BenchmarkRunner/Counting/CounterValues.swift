import Counters
import FleetModel

/// Turns what an execution's counters came to into values with their truth.
enum CounterValues {
    /// Readings without a number are left out; `problems` names them.
    static func values(of report: CounterReport, for entry: BenchmarkPlan) -> [CommandSample.Value]
    {
        report.readings.compactMap { reading in
            guard let value = reading.value else { return nil }
            let identity = reading.identity
            let metric = MetricIdentity(
                name: identity.name, unit: identity.unit,
                better: entry.better(of: identity.name, toolSays: identity.better),
                provider: identity.provider, pmu: identity.pmu)
            return CommandSample.Value(metric: metric, value: value, reading: reading)
        }
    }

    /// Why an event that the host has was not counted this time, one sentence each.
    static func problems(of report: CounterReport) -> [String] {
        report.refusals.map(\.message)
            + report.readings.filter { $0.value == nil }.map { reading in
                switch reading.state {
                case .neverEnabled:
                    "\(reading.event.name) was not counted: the benchmark's program can be "
                        + "executed but not read by its user."
                default:
                    "\(reading.event.name) was not counted: another user held the counter."
                }
            }
    }

    /// The mark of a value that must not be compared as if it were exact.
    static func mark(_ reading: CounterReading, at iteration: Int64) -> MeasuredValues.Mark? {
        switch reading.state {
        case .exact: nil
        case .multiplexed:
            MeasuredValues.Mark(
                iteration: iteration, validity: .suspect, reason: "counter_multiplexed")
        case .partialPMU:
            MeasuredValues.Mark(iteration: iteration, validity: .invalid, reason: "partial_pmu")
        case .unreliable, .notScheduled, .neverEnabled:
            MeasuredValues.Mark(
                iteration: iteration, validity: .invalid, reason: "counter_unreliable")
        }
    }
}
