import Counters
import FleetModel
import Isolation

/// One execution of a command: what the kernel says of its end, and what its counters came to.
struct CommandSample {
    let outcome: LaunchOutcome
    /// `nil` when nothing was counted.
    let report: CounterReport?
    /// Which groups were counted, from 0.
    let pass: Int?
    /// Since the attempt's start.
    let started: Int64
    /// `nil` where nothing was graded.
    let grade: NoiseWatch.Grade?

    struct Value {
        let metric: MetricIdentity
        let value: Double
        /// Of a counter.
        var reading: CounterReading?

        func mark(at iteration: Int64) -> MeasuredValues.Mark? {
            reading.flatMap { CounterValues.mark($0, at: iteration) }
        }
    }

    /// Counters stand before what wait4(2) says of the same thing.
    func values(for entry: BenchmarkPlan) -> [Value] {
        let counted = report.map { CounterValues.values(of: $0, for: entry) } ?? []
        let names = Set(counted.map(\.metric.name))
        let own = CommandMetrics.values(of: outcome, for: entry)
            .filter { !names.contains($0.metric.name) }
            .map { Value(metric: $0.metric, value: $0.value) }
        return own + counted
    }

    /// Why an event that this host has was not counted.
    var problems: [String] { report.map(CounterValues.problems) ?? [] }
}
