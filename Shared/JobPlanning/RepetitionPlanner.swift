import AgentProtocol
import Analysis
import ProjectFile

/// How often each benchmark of a job is executed.
struct RepetitionPlanner {
    let effort: MeasuringWish.Effort
    /// Least and most pairs; nil without a base.
    let pairs: ClosedRange<Int>?
    /// How many comparisons the request makes: the more, the more visits each needs.
    let comparisons: Int
    /// Benchmarks of each comparison, in all cells of the matrix.
    let rows: Int

    /// What the trigger asks for stands before the file. With a base, a number of the file is taken
    /// at its word and bounds are those of both keys, raised to what a test needs to say anything.
    func repetitions(of entry: BenchmarkEntry) -> JobDescription.Repetitions {
        let count = bounds(entry.repetitions.count)
        let minimum =
            effort.fixed
            ?? effort.minimum.map { raised($0, most: $0) }
            ?? count.lowerBound
        let maximum = effort.fixed ?? max(effort.maximum ?? count.upperBound, minimum)
        return JobDescription.Repetitions(
            min: minimum, max: maximum, fixed: effort.fixed,
            targetShare: effort.target ?? Self.target(entry),
            budget: Nanoseconds(entry.limits.budget), warmup: Self.warmup(entry.repetitions))
    }

    /// Over all benchmarks, for readers that look at the job alone.
    func whole(_ executions: [BenchmarkExecution]) -> JobDescription.Repetitions {
        let all = executions.map { repetitions(of: $0.entry) }
        let budget = executions.map(\.entry.limits.budget).max() ?? .seconds(1800)
        return JobDescription.Repetitions(
            min: all.map(\.min).max() ?? 5, max: all.map(\.max).max() ?? 50, fixed: effort.fixed,
            targetShare: all.map(\.targetShare).min() ?? 0.005, budget: Nanoseconds(budget),
            warmup: all.first?.warmup ?? .auto)
    }

    private func bounds(_ file: ClosedRange<Int>) -> ClosedRange<Int> {
        guard let pairs, file.lowerBound < file.upperBound else { return file }
        let most = min(file.upperBound, pairs.upperBound)
        let least = raised(max(file.lowerBound, pairs.lowerBound), most: most)
        return least...max(least, most)
    }

    /// At least what a comparison needs, beyond `most` too; up to that also what one disturbed pair
    /// costs. Nothing more without a comparison.
    private func raised(_ count: Int, most: Int) -> Int {
        guard pairs != nil else { return count }
        let needed = VisitPlanner.pairs(
            level: 0.05, comparisons: max(1, comparisons), rows: max(1, rows), most: most)
        return max(count, needed)
    }

    /// A quarter of the distance at which a change is warned of, at least 0.5 %, unless the file
    /// says it (project file, §2.3).
    private static func target(_ entry: BenchmarkEntry) -> Double {
        if let target = entry.repetitions.target { return target }
        let policies = [entry.policy] + entry.metrics.values.map(\.policy)
        let warns = policies.map { $0.warn ?? 0.9 * ($0.threshold ?? 0.02) }
        return max(0.005, (warns.min() ?? 0) / 4)
    }

    private static func warmup(_ plan: RepetitionPlan) -> JobDescription.Repetitions.Warmup {
        switch plan.warmup {
        case .count(let count): .count(count)
        case .auto: .auto
        case .time(let duration): .time(Nanoseconds(duration))
        }
    }
}
