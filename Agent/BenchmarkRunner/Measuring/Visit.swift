import BenchmarkFormats
import Counters
import CrashPoints
import FleetModel
import HostFacts
import Isolation
import Workspaces

/// One fresh process start of one side, or a few of them for `command`, with its samples.
struct Visit {
    let entry: BenchmarkPlan
    let bench: MeasuringBench
    let counting: EntryCounting
    let isWarmup: Bool
    let policy: LayoutPolicy

    /// One value of each series that may decide when to stop.
    typealias Values = [PrecisionTracker.Series: Double]

    /// Runs, and records what came out. A failure is left in `side`.
    func run(_ side: inout Side) async throws(RunnerStop) -> Values {
        defer { side.visits += 1 }
        CrashPoint.visitBegun.reach()
        await bench.settle()
        let values = entry.measuresItself ? try await command(&side) : try await tool(&side)
        CrashPoint.visitRecorded.reach()
        return values
    }

    private func command(_ side: inout Side) async throws(RunnerStop) -> Values {
        var found: [MetricIdentity: [Double]] = [:]
        for _ in 0..<entry.repetitionsPerVisit {
            for part in counting.parts {
                guard let values = try await valid(part, &side) else { return [:] }
                for value in values { found[value.metric, default: []].append(value.value) }
            }
            side.accepted += 1
        }
        return watched(
            found.map { (identity(entry.name, [:], side.role), $0.key, $0.value) })
    }

    /// Repeats an execution that was disturbed; none of its values where it stayed so, and `nil`
    /// for one that failed, which is left in `side`.
    private func valid(
        _ part: EntryCounting.Part, _ side: inout Side
    ) async throws(RunnerStop) -> [CommandSample.Value]? {
        for _ in 0...invalidRetries {
            guard let sample = try await sample(part, &side) else { return nil }
            let values = try record(sample, &side)
            note(sample.grade, &side)
            if sample.grade?.verdict.validity != .invalid { return values }
        }
        return []
    }

    /// `nil` for an execution that failed, which is left in `side`.
    private func sample(
        _ part: EntryCounting.Part, _ side: inout Side
    ) async throws(RunnerStop) -> CommandSample? {
        guard try await setUp(&side) else { return nil }
        var execution = try execution(&side)
        if part == .counts, bench.isolation.layout == .auto {
            execution.call.layout = .fixed
            execution.call.policy = nil
        }
        let counted = counting.counters(ofExecution: side.accepted, part)
        let started = bench.recorder.now
        let ending = try await bench.run(
            execution.call, in: side.workspace, capture: OutputCapture(keepsOutput: false),
            counters: counted?.counters, watch: watch)
        switch ending {
        case .failed(let failure):
            side.failure = failure
            return nil
        case .succeeded(let outcome, let looks):
            let report = counted?.counters.finish(survivors: outcome.survivingProcesses)
            side.quickestNanoseconds = min(
                side.quickestNanoseconds ?? .max, outcome.wallNanoseconds)
            return CommandSample(
                part: part, outcome: outcome, report: report, pass: counted?.pass, started: started,
                grade: looks.flatMap { watch?.grade($0, report) })
        }
    }

    private func record(
        _ sample: CommandSample, _ side: inout Side
    ) throws(RunnerStop) -> [CommandSample.Value] {
        let identity = identity(entry.name, [:], side.role)
        var tally = side[identity]
        try recordSignals(sample.grade, of: identity, at: tally.nextIteration)
        for problem in sample.problems where side.notes.insert(problem).inserted {
            try bench.recorder.note(.warning, "\(entry.name): \(problem)", code: "counter")
        }
        let values = sample.values(for: entry)
        for value in values {
            let marks =
                (value.mark(at: tally.nextIteration).map { [$0] } ?? [])
                + NoiseMarks.marks(sample.grade, from: tally.nextIteration, count: 1)
            var measured = MeasuredValues(
                of: identity, metric: value.metric, visit: side.visits, isWarmup: isWarmup,
                iteration: tally.nextIteration, values: [value.value], marks: marks,
                startedNanoseconds: [sample.started])
            measured.pass = counting.hasSeveralPasses && value.reading != nil ? sample.pass : nil
            measured.counter = value.reading.map(MeasuredValues.Counter.init)
            try bench.recorder.take(.measurement(measured))
        }
        tally.nextIteration += 1
        // Where times and counts come from executions of their own, two make one repetition.
        if !isWarmup, sample.part != .counts { tally.count(1, in: side.visits, sample.grade) }
        side[identity] = tally
        return values
    }

    private func tool(_ side: inout Side) async throws(RunnerStop) -> Values {
        let options: ParseOptions
        do throws(CaseFailure.Thrown) {
            options = try entry.reading.options(for: entry, in: side.workspace.checkout)
        } catch {
            side.failure = error.failure
            return [:]
        }
        for _ in 0...invalidRetries {
            guard try await setUp(&side) else { return [:] }
            let execution = try execution(&side)
            switch try await found(
                by: execution, of: side)
            {
            case .failure(let failure):
                side.failure = failure.failure
                return [:]
            case .success(let output):
                let report = ToolResults(
                    format: entry.format, files: output.files, options: options)
                let values = try record(report, output.grade, &side)
                note(output.grade, &side)
                let isValid = output.grade?.verdict.validity != .invalid
                if isValid || side.failure != nil { return values }
            }
        }
        return [:]
    }

    /// What a tool left, and how its execution was graded.
    private struct Output {
        let files: [ResultFolder.Found]
        let grade: NoiseWatch.Grade?
    }

    private func found(
        by execution: EntryExecution, of side: Side
    ) async throws(RunnerStop) -> Result<Output, CaseFailure.Thrown> {
        let workspace = side.workspace
        let source: ResultSource?
        do throws(CaseFailure.Thrown) {
            source = try ResultSource(
                entry, results: execution.results, workspace.checkout)
        } catch {
            return .failure(error)
        }
        if let failure = source?.clear() { return .failure(failure) }
        let capture = OutputCapture(keepsOutput: source == nil)
        let ending = try await bench.run(
            execution.call, in: workspace, capture: capture, watch: watch)
        let files = ResultSource.files(source, capture)
        // Kept whatever the outcome: what a tool wrote before it failed says why.
        if source != nil, !isWarmup || ending.isFailure, case .success(let found) = files {
            try RawResults(entry: entry, role: side.role, execution: side.executions)
                .keep(found, bench.recorder)
        }
        switch ending {
        case .failed(let failure): return .failure(CaseFailure.Thrown(failure))
        case .succeeded(_, let looks):
            let grade = looks.flatMap { watch?.grade($0, nil) }
            return files.map { Output(files: $0, grade: grade) }
        }
    }

    private func record(
        _ report: ToolResults, _ grade: NoiseWatch.Grade?, _ side: inout Side
    ) throws(RunnerStop) -> Values {
        for warning in report.warnings where side.visits == 0 {
            try bench.recorder.note(.warning, "\(entry.name): \(warning)")
        }
        for problem in report.problems {
            let name = problem.benchmark.map(prefixed) ?? entry.name
            side[identity(name, [:], side.role)].failure = problem.failure
        }
        guard !report.results.isEmpty else {
            side.failure =
                report.problems.first?.failure
                ?? CaseFailure("no_results", "The tool reported no results.")
            return [:]
        }
        var found: [(CaseIdentity, MetricIdentity, [Double])] = []
        var counts: [CaseIdentity: Int64] = [:]
        for result in report.results {
            let identity = identity(prefixed(result.name), result.params, side.role)
            let values = result.samples.isEmpty ? [result.value] : result.samples
            let metric = metric(of: result)
            if counts[identity] == nil {
                try recordSignals(grade, of: identity, at: side[identity].nextIteration)
            }
            try record(values, metric, identity, (side, grade))
            side[identity].headlines[result.metric] = CaseEnd.Headline(
                value: result.value, statistic: result.statistic.rawValue)
            counts[identity] = max(counts[identity] ?? 0, Int64(values.count))
            found.append((identity, metric, values))
        }
        for (identity, count) in counts {
            side[identity].nextIteration += count
            if !isWarmup { side[identity].count(count, in: side.visits, grade) }
        }
        return watched(found)
    }

    /// In records of at most 5,000 values each.
    private func record(
        _ values: [Double], _ metric: MetricIdentity, _ identity: CaseIdentity,
        _ of: (side: Side, grade: NoiseWatch.Grade?)
    ) throws(RunnerStop) {
        let limit = 5000
        let side = of.side
        for start in stride(from: 0, to: values.count, by: limit) {
            let first = side[identity].nextIteration + Int64(start)
            let chosen = Array(values[start..<min(start + limit, values.count)])
            try bench.recorder.take(
                .measurement(
                    MeasuredValues(
                        of: identity, metric: metric, visit: side.visits, isWarmup: isWarmup,
                        iteration: first, values: chosen,
                        marks: NoiseMarks.marks(of.grade, from: first, count: chosen.count),
                        startedNanoseconds: [],
                        tool: MeasuredValues.Tool(name: entry.format))))
        }
    }
}

extension Visit {
    private var watch: NoiseWatch? { isWarmup ? nil : bench.noise }

    /// Warm-up is not graded.
    private var invalidRetries: Int {
        isWarmup ? 0 : (entry.repetitions ?? bench.plan.repetitions).invalidRetries
    }

    private func note(_ grade: NoiseWatch.Grade?, _ side: inout Side) {
        if let grade, grade.verdict.validity != .clean { side.isDisturbed = true }
    }

    private func recordSignals(
        _ grade: NoiseWatch.Grade?, of identity: CaseIdentity, at iteration: Int64
    ) throws(RunnerStop) {
        guard let grade else { return }
        if let text = watch?.absences(in: grade) {
            try bench.recorder.note(.info, text, code: "signals_absent")
        }
        try bench.recorder.take(
            .signals(
                SignalFacts(
                    of: identity, iteration: iteration, signals: grade.values,
                    validity: grade.verdict.validity, reasons: grade.verdict.reasons,
                    others: grade.others)))
    }

    private func execution(_ side: inout Side) throws(RunnerStop) -> EntryExecution {
        side.executions += 1
        return try EntryExecution(
            entry, on: bench, number: side.executions, in: side.workspace, policy: policy)
    }

    /// Unmeasured, before the execution. Returns: whether to go on.
    private func setUp(_ side: inout Side) async throws(RunnerStop) -> Bool {
        guard entry.setsUpEach else { return true }
        side.failure = try await EntryCommands(entry: entry, bench: bench)
            .run(entry.setup, of: side, .setup)
        return side.failure == nil
    }
}
