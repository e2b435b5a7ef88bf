import Counters
import FleetModel
import Isolation

/// One execution of a command: what the kernel says of its end, and what its counters came to.
struct CommandSample {
    let part: EntryCounting.Part
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

    /// Counters stand before what wait4(2) says of the same thing, unless that was taken by an
    /// execution of its own.
    func values(for entry: BenchmarkPlan) -> [Value] {
        let counted = report.map { CounterValues.values(of: $0, for: entry) } ?? []
        let own = CommandMetrics.values(of: outcome, for: entry)
            .map { Value(metric: $0.metric, value: $0.value) }
        let (first, second) = part == .counts ? (counted, own) : (own, counted)
        let names = Set(second.map(\.metric.name))
        let rest = first.filter { !names.contains($0.metric.name) }
        return part == .counts ? rest : rest + counted
    }

    /// Why an event that this host has was not counted.
    var problems: [String] { report.map(CounterValues.problems) ?? [] }
}
