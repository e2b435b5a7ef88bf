import FleetModel
import HostFacts
import Isolation
import Workspaces

/// One benchmark entry over all revisions: setup, warm-up, interleaved visits, cleanup.
struct EntryRun {
    let entry: BenchmarkPlan
    let bench: MeasuringBench
    /// Entries before this one, and all, for the progress.
    let position: (done: Int, total: Int)
    private var sides: [Side]
    private var order: VisitOrder
    private var rule: RoundRule
    private let wish: RepetitionWish
    private var tracker = PrecisionTracker()
    private var settling = Settling()
    private var stop: StopReason?
    private let counting: EntryCounting
    private let policy: LayoutPolicy
    private let commands: EntryCommands
    private var longestVisit: Int64 = 0

    init(
        _ entry: BenchmarkPlan, bench: MeasuringBench, sides: [Side],
        position: (done: Int, total: Int)
    ) {
        self.entry = entry
        self.bench = bench
        self.position = position
        self.sides = sides
        order = VisitOrder(bench.plan.order)
        counting = EntryCounting(
            entry, on: bench.counting, cpus: bench.cores.measuring,
            separately: bench.calibration.separatesCounting)
        commands = EntryCommands(entry: entry, bench: bench)
        policy = LayoutPolicy(
            bench.isolation.layout, seed: bench.plan.order.seed,
            countsHardware: counting.countsHardware && !counting.isSeparate)
        wish = entry.repetitions ?? bench.plan.repetitions
        let isPaired = sides.count(where: \.isActive) == 2
        // Its own wish knows already whether there are two sides.
        let pairs = entry.repetitions == nil ? bench.plan.order.pairsPerSide : wish.minimum
        rule = RoundRule(
            minimum: isPaired ? pairs : wish.minimum, maximum: wish.maximum, target: wish.target,
            fixed: wish.fixed)
    }

    /// Runs the entry; its cases are recorded and counted whatever happens.
    mutating func run(_ tally: inout AttemptTally) async throws(RunnerStop) {
        do throws(RunnerStop) {
            try await prepare()
            try await warmUp()
            try await measure()
            try await simulate()
            try await profile()
            try await cleanUp()
        } catch {
            if case .sink = error { throw error }
            try report(CaseReports(entry: entry, reason: error), &tally)
            throw error
        }
        try report(
            CaseReports(entry: entry, stop: stop ?? .budget, width: width, settling), &tally)
    }

    /// Of the repetitions that are judged.
    private var width: Double? {
        settling.most == 0 ? rule.width : tracker.width(comparing: active, after: settling)
    }

    private func report(
        _ reports: CaseReports, _ tally: inout AttemptTally
    ) throws(RunnerStop) {
        for side in sides {
            for end in reports.ends(of: side) {
                try bench.recorder.take(.caseEnded(end))
                tally.count(end)
            }
        }
    }

    private var active: Set<RevisionRole> { Set(sides.filter(\.isActive).map(\.role)) }

    /// Without a candidate there is nothing to measure the base for.
    private var isWorthwhile: Bool { active.contains(.candidate) }

    private mutating func prepare() async throws(RunnerStop) {
        guard !entry.setup.isEmpty, !entry.setsUpEach else { return }
        try begin(.prepare)
        for index in sides.indices where sides[index].isActive {
            sides[index].failure = try await commands.run(entry.setup, of: sides[index], .setup)
        }
        try end(.prepare)
    }

    private mutating func warmUp() async throws(RunnerStop) {
        guard isWorthwhile, !isWarm(after: 0, .zero) else { return }
        try begin(.warmup)
        let start = bench.recorder.now
        var rounds = 0
        while isWorthwhile, !isWarm(after: rounds, .nanoseconds(bench.recorder.now - start)) {
            _ = try await round(.warmup)
            rounds += 1
        }
        try end(.warmup)
    }

    /// Never longer than half of what the whole benchmark may take.
    private func isWarm(after rounds: Int, _ spent: Duration) -> Bool {
        switch wish.warmup {
        case .auto: rounds >= (entry.measuresItself ? 1 : 0)
        case .count(let count): rounds >= count
        case .time(let time): rounds > 0 && spent >= min(time, wish.budget / 2)
        }
    }

    private mutating func measure() async throws(RunnerStop) {
        guard isWorthwhile else { return }
        try bench.receipts.record(counting.facts, bench.recorder)
        try tellSeparation()
        try begin(.measure)
        let start = bench.recorder.now
        while stop == nil, isWorthwhile {
            let sidesBefore = active
            let visits = Dictionary(
                sides.map { ($0.role, $0.visits) }, uniquingKeysWith: { first, _ in first })
            let values = try await round(.measure)
            guard active == sidesBefore else {
                if active == [.candidate] {
                    rule = RoundRule(
                        minimum: wish.minimum, maximum: wish.maximum, target: wish.target,
                        fixed: wish.fixed)
                }
                continue
            }
            // A pair of which one half was disturbed says nothing.
            let isWhole = values.count == active.count && !values.values.contains(where: \.isEmpty)
            if isWhole { tracker.add(values, visits: visits) }
            stop = rule.add(
                width: isWhole ? tracker.width(comparing: active) : nil,
                isBudgetExhausted: try isBudgetExhausted(since: start))
            leaveOutWarmUp()
        }
        try end(.measure)
    }

    /// Only a suite that leaves the warm-up to us is asked whether it was enough. What is left must
    /// be as precise as all of it seemed to be.
    private mutating func leaveOutWarmUp() {
        guard let found = stop, wish.warmup == .auto else { return }
        settling = tracker.settling()
        guard found == .precise, settling.most > 0, !settling.isMissing else {
            if settling.isMissing { stop = .neverSteady }
            return
        }
        let isEnough = rule.count - settling.most >= rule.minimum
        if !isEnough || (width ?? .infinity) > rule.target { stop = nil }
    }

    private func tellSeparation() throws(RunnerStop) {
        guard counting.facts.isSeparate, let overhead = bench.calibration.counterOverhead else {
            return
        }
        let percent = (overhead * 1000).rounded() / 10
        try bench.recorder.note(
            .info,
            "\(entry.name): counting makes programs \(percent) % slower on this host, so times and "
                + "counts come from executions of their own.", code: "counter_overhead")
    }

    private mutating func simulate() async throws(RunnerStop) {
        guard isWorthwhile else { return }
        if let remark = counting.remark { try bench.recorder.note(.warning, remark) }
        guard let tool = counting.simulator else { return }
        var progress = progress(.measure)
        // Nothing is timed here, so the agent may speak.
        progress.quietFor = nil
        try await bench.recorder.checkpoint(progress)
        try await SimulatedPass(entry: entry, bench: bench, tool: tool).run(&sides)
    }

    private mutating func profile() async throws(RunnerStop) {
        guard isWorthwhile, entry.profile.isDue(after: tracker) else { return }
        try begin(.profile)
        var progress = progress(.profile)
        progress.quietFor = nil
        try await bench.recorder.checkpoint(progress)
        let left = position.total - position.done
        try await ProfilePass(entry: entry, bench: bench, entriesLeft: left).run(&sides)
        try end(.profile)
    }

    /// Whether another round like those before would not fit.
    private func isBudgetExhausted(since start: Int64) throws(RunnerStop) -> Bool {
        let spent = bench.recorder.now - start
        let round = spent / Int64(max(1, rule.count + 1))
        let budget = wish.budget.wholeNanoseconds
        let left = try bench.timeLeft().wholeNanoseconds
        return spent > budget - min(budget, round) || round > left
    }

    /// One visit of each side that is still measured.
    private mutating func round(
        _ phase: AttemptPhase
    ) async throws(RunnerStop) -> [RevisionRole: Visit.Values] {
        var found: [RevisionRole: Visit.Values] = [:]
        let visit = Visit(
            entry: entry, bench: bench, counting: counting, isWarmup: phase == .warmup,
            policy: policy)
        for role in order.next() where isWorthwhile {
            guard let index = sides.firstIndex(where: { $0.role == role && $0.isActive })
            else { continue }
            try await bench.recorder.checkpoint(progress(phase))
            if phase == .measure { try await cool() }
            let start = bench.recorder.now
            found[role] = try await visit.run(&sides[index])
            longestVisit = max(longestVisit, bench.recorder.now - start)
            let isDisturbed = sides[index].isDisturbed
            sides[index].isDisturbed = false
            try await bench.canaries?.between(isDisturbed: isDisturbed, on: bench.stand)
        }
        return found
    }

    private func cool() async throws(RunnerStop) {
        guard let gate = bench.temperatureGate else { return }
        try await gate.pass(within: try bench.timeLeft())
    }

    private func progress(_ phase: AttemptPhase) -> RunnerProgress {
        RunnerProgress(
            phase: phase, done: Int64(position.done), total: Int64(position.total),
            benchmark: entry.name, quietFor: phase == .measure ? expectedQuiet : nil)
    }

    /// Twice the longest visit so far and a second, since a cancel is heard no earlier; nothing
    /// before the first one.
    private var expectedQuiet: Duration? {
        guard longestVisit > 0 else { return nil }
        return min(entry.timeout, .nanoseconds(longestVisit) * 2 + .seconds(1))
    }

    private func cleanUp() async throws(RunnerStop) {
        for side in sides where !entry.cleanup.isEmpty && side.executions > 0 {
            if let failure = try await commands.run(entry.cleanup, of: side, .cleanup) {
                try bench.recorder.note(.warning, "\(entry.name): \(failure.message)")
            }
        }
    }

    private func begin(_ phase: AttemptPhase) throws(RunnerStop) {
        try bench.recorder.take(.phase(PhaseEvent(phase, .start, benchmark: entry.name)))
    }

    private func end(_ phase: AttemptPhase) throws(RunnerStop) {
        try bench.recorder.take(.phase(PhaseEvent(phase, .end, benchmark: entry.name)))
    }
}
