import FleetModel
import Isolation
import Synchronization

/// Records the receipt of the measured processes, and what is counted of them: at first, and
/// whenever it is another.
final class ReceiptBook: Sendable {
    /// What a receipt says beside what the kernel showed.
    private struct Entry: Equatable {
        let receipt: IsolationReceipt
        let home: BenchmarkHome.Kind
        let lack: IsolationFacts.Missing?
        let policy: LayoutPolicy
        let wish: IsolationWish
    }

    private let last = Mutex<Entry?>(nil)
    private let counters = Mutex<CounterFacts?>(nil)

    func record(_ facts: CounterFacts, _ recorder: EventRecorder) throws(RunnerStop) {
        let isNew = counters.withLock { counters in
            defer { counters = facts }
            return counters != facts
        }
        if isNew, !facts.events.isEmpty { try recorder.take(.counters(facts)) }
    }

    func record(
        _ receipt: IsolationReceipt, _ home: BenchmarkHome, _ policy: LayoutPolicy,
        _ bench: MeasuringBench
    ) throws(RunnerStop) {
        let entry = Entry(
            receipt: receipt, home: home.kind, lack: home.lack, policy: policy,
            wish: bench.isolation)
        let isNew = last.withLock { last in
            defer { last = entry }
            return last != entry
        }
        guard isNew else { return }
        let isAlone = receipt.group?.ownsCPUs == true
        // What this launch really had, and not what was expected of it.
        let cores = bench.stand.choice.guarded(
            by: CoreGuards(
                hasPartition: isAlone,
                hasMovedInterrupts: bench.tuning?.movesInterrupts ?? false))
        var facts = IsolationFacts(receipt, bench.isolation, remarks: cores.remarks)
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
        // Never measured in a weaker way than was demanded.
        let required = bench.isolation.required
        if let reason = RequiredIsolation.shortfall(required, reached: facts.levelReached) {
            throw .failed(Failure(.infraHost, .isolationFailed, reason))
        }
    }
}
