import Isolation
import Synchronization

/// Records the receipt of the measured processes: at first, and whenever it is another.
final class ReceiptBook: Sendable {
    private let last = Mutex<IsolationReceipt?>(nil)

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
