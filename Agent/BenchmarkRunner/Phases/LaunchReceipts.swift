import FleetModel
import Isolation
import Synchronization

/// The receipts of what is launched for a side before it is measured: each that differs, once.
///
/// git is launched a dozen times for one checkout, with the network and without.
final class LaunchReceipts: Sendable {
    private let role: RevisionRole
    private let found = Mutex<[IsolationReceipt]>([])

    init(_ role: RevisionRole) { self.role = role }

    func add(_ receipt: IsolationReceipt) {
        found.withLock { if !$0.contains(receipt) { $0.append(receipt) } }
    }

    /// Processors of their own and the limits of a benchmark are no matter of fetch and build.
    func record(_ plan: AttemptPlan, _ recorder: EventRecorder) throws(RunnerStop) {
        let isFree = plan.buildIsolation.level == "none"
        for receipt in found.withLock({ $0 }) {
            let wish = IsolationWish(level: isFree && receipt.phase != .fetch ? "none" : "partial")
            try recorder.take(
                .isolation(IsolationFacts(receipt, of: role, wish, remarks: [])))
        }
    }
}

extension IsolationFacts {
    /// `remarks`: why the choice of processors is not better.
    init(
        _ receipt: IsolationReceipt, of role: RevisionRole?, _ wish: IsolationWish,
        remarks: [String]
    ) {
        phase = receipt.phase.rawValue
        self.role = role
        levelAsked = wish.level
        levelReached = receipt.levelReached.rawValue
        cpus = receipt.cpus
        pinning = receipt.pinning
        uid = receipt.uid
        capabilities = receipt.capabilities
        namespaces = receipt.namespaces
        seccomp = receipt.seccomp
        noNewPrivileges = receipt.noNewPrivileges
        network = receipt.network
        randomisesAddresses = receipt.addressRandomisation
        scheduler = receipt.scheduler
        groupVersion = receipt.group?.version ?? 0
        groupPath = receipt.group?.path ?? ""
        memoryMaxBytes = receipt.group?.memoryMaxBytes
        processesMax = wish.limits.processes
        diskMaxBytes = wish.limits.diskBytes
        missing = receipt.missing.map(Missing.init)
        missing += remarks.map { Missing(item: "processors", reason: $0, advice: "") }
    }
}
