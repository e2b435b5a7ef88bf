import Counters
import FleetModel
import HostFacts
import Isolation
import Workspaces

/// What every execution of an entry shares: the launcher, the processors, the deadlines.
struct MeasuringBench: Sendable {
    /// What is one for all entries of an attempt.
    struct Floor: Sendable {
        let launcher: any ProgramLauncher
        /// Who runs the programs of a side.
        let identity: @Sendable (RevisionRole) -> ProcessIdentity?
        let rooms: RoomSettings
        let counting: HostCounting
        let plan: AttemptPlan
        let cancellation: AttemptCancellation
        let recorder: EventRecorder
        let receipts = ReceiptBook()
        let pause: @Sendable (Duration) async -> Void
        /// Looked at again after a disturbance; `nil` where the job asks for none.
        let canaries: AttemptCanaries?
        let profiling: HostProfiling
        /// Since the attempt's start.
        let measureDeadline: Int64
    }

    let floor: Floor
    let stand: MeasuringStand
    /// The entry's name.
    let entry: String

    init(_ floor: Floor, _ stand: MeasuringStand, entry: String) {
        self.floor = floor
        self.stand = stand
        self.entry = entry
    }

    var plan: AttemptPlan { floor.plan }
    var cancellation: AttemptCancellation { floor.cancellation }
    var recorder: EventRecorder { floor.recorder }
    var receipts: ReceiptBook { floor.receipts }
    var counting: HostCounting { floor.counting }
    var canaries: AttemptCanaries? { floor.canaries }
    var calibration: HostCalibration { stand.calibration }
    var profiling: HostProfiling { floor.profiling }
    var identity: @Sendable (RevisionRole) -> ProcessIdentity? { floor.identity }
    var isolation: IsolationWish { stand.wish }
    var cores: CoreChoice { stand.cores }
    var tuning: TuningOutcome? { stand.tuning }
    var noise: NoiseWatch? { stand.noise }

    /// One program to be run in a workspace.
    struct Call {
        var arguments: [String]
        var directory: String
        var environment: [String: String]
        var timeout: Duration
        var silence: Duration?
        var okStatuses: Set<Int32> = [0]
        /// A file of the checkout, for standard input.
        var input: String?
        var layout = EnvironmentLayout.fixed
        /// What the layouts of the entry's measured executions are drawn by; `nil` for programs
        /// that are run otherwise than those.
        var policy: LayoutPolicy?
        var phase = LaunchPhase.measure
    }

    enum Ending {
        /// `looks`: of a watched execution, not judged yet.
        case succeeded(LaunchOutcome, looks: NoiseWatch.Ended?)
        case failed(CaseFailure)

        var isFailure: Bool { if case .failed = self { true } else { false } }
    }

    /// Runs one program to its end; its output is in the log when this returns.
    ///
    /// `counters`: opened on the program's tree; the caller reads them. `watch`: looks at the host
    /// before and after.
    func run(
        _ call: Call, in workspace: Workspace, capture: OutputCapture,
        counters: TreeCounters? = nil, watch: NoiseWatch? = nil
    ) async throws(RunnerStop) -> Ending {
        try await dropPageCache()
        let left = try timeLeft()
        let home = try await home(of: workspace)
        defer { home.remove() }
        let launch: LaunchPlan
        do throws(CaseFailure.Thrown) {
            launch = try self.launch(call, workspace, home, wall: min(call.timeout, left))
        } catch {
            return .failed(error.failure)
        }
        let outcome: LaunchOutcome
        do {
            outcome = try await floor.launcher.run(
                launch, cancellation: cancellation.launches, gate: Self.gate(counters, watch)
            ) { capture.add($0) }
        } catch {
            return try Self.ending(of: error)
        }
        let looks = watch?.end(outcome)
        recorder.sink.log(capture.logText)
        if cancellation.isCancelled { throw .cancelled }
        if outcome.cause == .wallTimeout, left < call.timeout { throw deadlinePassed() }
        if call.phase != .measure || call.policy != nil {
            try receipts.record(
                outcome.receipt, of: workspace.role, home, call.policy, self)
        }
        if call.phase == .measure {
            try receipts.tellAccounting(of: outcome, workspace.role, self)
        }
        guard
            let failure = CaseFailure(outcome, okStatuses: call.okStatuses, tail: capture.lastLines)
        else {
            return .succeeded(outcome, looks: looks)
        }
        return .failed(failure)
    }

    /// Counters are opened last: what comes before them is not counted.
    private static func gate(_ counters: TreeCounters?, _ watch: NoiseWatch?) -> LaunchGate? {
        guard counters != nil || watch != nil else { return nil }
        return { stand in
            let run = CountedRun(stand)
            watch?.begin(run)
            counters?.open(on: run)
        }
    }

    var temperatureGate: TemperatureGate? {
        noise.map {
            TemperatureGate(
                watch: $0, pause: floor.pause, cancellation: cancellation, recorder: recorder)
        }
    }

    /// What others have left to be written does not disturb the next execution.
    func settle() async {
        if let tuning, tuning.profile != .observe { await DiskSync.run() }
    }

    /// Base and candidate, warm-up and measurement alike.
    private func dropPageCache() async throws(RunnerStop) {
        guard let cache = stand.pageCache else { return }
        do {
            try await cache.drop()
        } catch {
            // What would follow is another measurement than the one that was asked for.
            throw .failed(
                Failure(
                    .infraHost, .isolationFailed, "The page cache cannot be dropped: \(error)."))
        }
    }

    /// Until the end of the measuring phase or of the job.
    func timeLeft() throws(RunnerStop) -> Duration {
        if cancellation.isCancelled { throw .cancelled }
        let left = Duration.nanoseconds(min(floor.measureDeadline, jobDeadline) - recorder.now)
        guard left > .zero else { throw deadlinePassed() }
        return left
    }

    private var jobDeadline: Int64 { plan.limits.job.wholeNanoseconds }

    private func deadlinePassed() -> RunnerStop {
        .deadline(jobDeadline <= floor.measureDeadline ? .job : .phase, .measure)
    }

    private static func ending(of error: any Error) throws(RunnerStop) -> Ending {
        guard let failure = error as? LaunchFailure else {
            throw .failed(Failure(.infraHost, .isolationFailed, "\(error)"))
        }
        if failure == .cancelledBeforeStart { throw .cancelled }
        guard let ours = CaseFailure(failure) else {
            throw .failed(Failure(.infraHost, .isolationFailed, failure.description))
        }
        return .failed(ours)
    }
}

extension CaseFailure {
    struct Thrown: Error {
        let failure: CaseFailure

        init(_ failure: CaseFailure) { self.failure = failure }
    }
}
