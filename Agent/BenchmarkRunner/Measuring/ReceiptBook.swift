import FleetModel
import Isolation
import Synchronization

/// Records the receipt of the measured processes, and what is counted of them: at first, and
/// whenever it is another.
final class ReceiptBook: Sendable {
    private let last = Mutex<IsolationReceipt?>(nil)
    private let counters = Mutex<CounterFacts?>(nil)

    func record(_ facts: CounterFacts, _ recorder: EventRecorder) throws(RunnerStop) {
        let isNew = counters.withLock { counters in
            defer { counters = facts }
            return counters != facts
        }
        if isNew, !facts.events.isEmpty { try recorder.take(.counters(facts)) }
    }

    func record(
        _ receipt: IsolationReceipt, _ bench: MeasuringBench
    ) throws(RunnerStop) {
        let isNew = last.withLock { last in
            defer { last = receipt }
            return last != receipt
        }
        guard isNew else { return }
        let isAlone = receipt.group?.ownsCPUs == true
        let cores =
            isAlone ? bench.cores.partitioned(interruptsMoved: bench.hasSteered) : bench.cores
        var facts = IsolationFacts(receipt, bench.plan.isolation, remarks: cores.remarks)
        // What the cores cannot give, no launch gives.
        if cores.level == .none || receipt.levelReached == .full {
            facts.levelReached = cores.level.rawValue
        }
        facts.siblingsAreIdle = cores.blocked.isEmpty || isAlone
        facts.node = cores.nodes.count == 1 ? cores.nodes.first : nil
        facts.tuning = bench.tuning?.lines.map(TunedKnob.init) ?? []
        try bench.recorder.take(.isolation(facts))
        // Never measured in a weaker way than was demanded.
        let required = bench.plan.isolation.required
        if let reason = RequiredIsolation.shortfall(required, reached: facts.levelReached) {
            throw .failed(Failure(.infraHost, .isolationFailed, reason))
        }
    }
}
