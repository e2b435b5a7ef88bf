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
        _ receipt: IsolationReceipt, _ wish: IsolationWish, _ cores: CoreChoice,
        _ recorder: EventRecorder
    ) throws(RunnerStop) {
        let isNew = last.withLock { last in
            defer { last = receipt }
            return last != receipt
        }
        guard isNew else { return }
        var facts = IsolationFacts(receipt, wish, remarks: cores.remarks)
        if cores.level == .none { facts.levelReached = cores.level.rawValue }
        try recorder.take(.isolation(facts))
    }
}
