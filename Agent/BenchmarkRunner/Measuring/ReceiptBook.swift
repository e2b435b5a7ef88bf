import FleetModel
import Isolation
import Synchronization

/// Records the receipts of a benchmark's processes, one for each kind of launch and side, and what
/// is counted of them: at first, and whenever it is another.
final class ReceiptBook: Sendable {
    /// What a receipt says beside what the kernel showed.
    private struct Entry: Equatable {
        let receipt: IsolationReceipt
        let home: BenchmarkHome.Kind
        let lack: IsolationFacts.Missing?
        let policy: LayoutPolicy?
        let wish: IsolationWish
    }

    private struct Kind: Hashable {
        let phase: LaunchPhase
        let role: RevisionRole
    }

    private let last = Mutex<[Kind: Entry]>([:])
    private let counters = Mutex<CounterFacts?>(nil)
    /// Entries and sides whose processor time did not add up.
    private let misfits = Mutex<Set<String>>([])

    func record(_ facts: CounterFacts, _ recorder: EventRecorder) throws(RunnerStop) {
        let isNew = counters.withLock { counters in
            defer { counters = facts }
            return counters != facts
        }
        if isNew, !facts.events.isEmpty { try recorder.take(.counters(facts)) }
    }

    /// Once for each entry and side.
    func tellAccounting(
        of outcome: LaunchOutcome, _ role: RevisionRole, _ bench: MeasuringBench
    ) throws(RunnerStop) {
        guard let times = outcome.accountingMismatch,
            misfits.withLock({ $0.insert("\(bench.entry)/\(role.rawValue)").inserted })
        else { return }
        try bench.recorder.note(
            .warning,
            "\(bench.entry): the control group of the \(role.rawValue) used "
                + "\(times.group / 1000) ms of processors, and the processes that ended in order "
                + "\(times.waited / 1000) ms: some were left behind, or not waited for.",
            code: "cpu-accounting-mismatch")
    }

    /// `policy`: what the layouts of measured executions are drawn by.
    func record(
        _ receipt: IsolationReceipt, of role: RevisionRole, _ home: BenchmarkHome,
        _ policy: LayoutPolicy?, _ bench: MeasuringBench
    ) throws(RunnerStop) {
        let entry = Entry(
            receipt: receipt, home: home.kind, lack: home.lack, policy: policy,
            wish: bench.isolation)
        let kind = Kind(phase: receipt.phase, role: role)
        let isNew = last.withLock { $0.updateValue(entry, forKey: kind) != entry }
        guard isNew else { return }
        let isAlone = receipt.group?.ownsCPUs == true
        // What this launch really had, and not what was expected of it.
        let cores = bench.stand.choice.guarded(
            by: CoreGuards(
                hasPartition: isAlone,
                hasMovedInterrupts: bench.tuning?.movesInterrupts ?? false))
        var facts = IsolationFacts(
            receipt, of: role, bench.isolation, remarks: cores.remarks)
        // What the cores cannot give, no launch gives.
        if cores.level == .none || receipt.levelReached == .full {
            facts.levelReached = cores.level.rawValue
        }
        facts.benchmark = bench.entry
        facts.siblingsAreIdle = cores.blocked.isEmpty || isAlone
        facts.node = cores.nodes.count == 1 ? cores.nodes.first : nil
        facts.layout = policy
        facts.fixesSeeds = bench.isolation.fixesSeeds
        facts.isCold = bench.stand.pageCache != nil
        facts.home = home.kind.rawValue
        facts.tuningProfile = bench.tuning?.profile.rawValue
        facts.tuning = bench.tuning?.lines.map(TunedKnob.init) ?? []
        facts.missing += bench.stand.lacks + [home.lack].compactMap(\.self)
        try bench.recorder.take(.isolation(facts))
        guard receipt.phase == .measure else { return }
        // Never measured in a weaker way than was demanded.
        let required = bench.isolation.required
        if let reason = RequiredIsolation.shortfall(required, reached: facts.levelReached) {
            throw .failed(Failure(.infraHost, .isolationFailed, reason))
        }
    }
}
