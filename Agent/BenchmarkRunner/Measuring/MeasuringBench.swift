import Counters
import FleetModel
import HostFacts
import Isolation
import Workspaces

/// What every execution of an attempt shares: the launcher, the processors, the deadlines.
struct MeasuringBench: Sendable {
    let launcher: any ProgramLauncher
    /// Who runs the programs of a side.
    let identity: @Sendable (RevisionRole) -> ProcessIdentity?
    let rooms: RoomSettings
    let cores: CoreChoice
    /// `nil` where nobody looks after it.
    let tuning: TuningOutcome?
    let counting: HostCounting
    let plan: AttemptPlan
    let cancellation: AttemptCancellation
    let recorder: EventRecorder
    let receipts = ReceiptBook()
    /// `nil` where nothing is graded.
    let noise: NoiseWatch?
    let pause: @Sendable (Duration) async -> Void
    /// Looked at again after a disturbance; `nil` where the job asks for none.
    let canaries: AttemptCanaries?
    /// As it stood when the measurement began.
    let calibration: HostCalibration
    let profiling: HostProfiling
    /// Since the attempt's start.
    let measureDeadline: Int64

    /// One program to be run in a workspace.
    struct Call {
        var arguments: [String]
        var directory: String
        var environment: [String: String]
        var timeout: Duration
        var silence: Duration?
        var okStatuses: Set<Int32> = [0]
        /// Whatever the plan says.
        var fixesAddresses = false
        /// A profiler: it may open counters, and nothing of it is measured.
        var isProfiler = false
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
        let left = try timeLeft()
        let launch: LaunchPlan
        do throws(CaseFailure.Thrown) {
            launch = try self.launch(call, workspace, wall: min(call.timeout, left))
        } catch {
            return .failed(error.failure)
        }
        let outcome: LaunchOutcome
        do {
            outcome = try await launcher.run(
                launch, cancellation: cancellation.launches, gate: Self.gate(counters, watch)
            ) { capture.add($0) }
        } catch {
            return try Self.ending(of: error)
        }
        let looks = watch?.end(outcome)
        recorder.sink.log(capture.logText)
        if cancellation.isCancelled { throw .cancelled }
        if outcome.cause == .wallTimeout, left < call.timeout { throw deadlinePassed() }
        if !call.isProfiler { try receipts.record(outcome.receipt, self) }
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
                watch: $0, pause: pause, cancellation: cancellation, recorder: recorder)
        }
    }

    /// Interrupts were moved away from the measuring cores.
    var hasSteered: Bool {
        tuning?.lines.contains { $0.knob == "irq_affinity" && $0.wanted != nil && $0.holds }
            ?? false
    }

    /// What others have left to be written does not disturb the next execution.
    func settle() async {
        if let tuning, tuning.profile != .observe { await DiskSync.run() }
    }

    /// Until the end of the measuring phase or of the job.
    func timeLeft() throws(RunnerStop) -> Duration {
        if cancellation.isCancelled { throw .cancelled }
        let left = Duration.nanoseconds(min(measureDeadline, jobDeadline) - recorder.now)
        guard left > .zero else { throw deadlinePassed() }
        return left
    }

    private var jobDeadline: Int64 { plan.limits.job.wholeNanoseconds }

    private func deadlinePassed() -> RunnerStop {
        .deadline(jobDeadline <= measureDeadline ? .job : .phase, .measure)
    }

    private func launch(
        _ call: Call, _ workspace: Workspace, wall: Duration
    ) throws(CaseFailure.Thrown) -> LaunchPlan {
        guard let folder = workspace.folder(call.directory) else {
            throw CaseFailure.Thrown(
                CaseFailure(
                    .suiteInvalid,
                    "'\(call.directory.prefix(200))' is not a folder inside the checkout."))
        }
        let seen = view(of: workspace)
        return LaunchPlan(
            arguments: call.arguments, directory: seen.path(folder),
            environment: CleanEnvironment.base(
                home: seen.home, temporary: seen.temporary, profile: .deterministic,
                extra: call.environment),
            identity: identity(workspace.role), cpus: cores.measuring,
            limits: limits(call, wall, workspace),
            disableAddressRandomisation: call.fixesAddresses
                || !plan.isolation.randomisesAddresses, phase: .measure,
            room: seen.room(
                rooms, temporaryBytes: rooms.temporaryBytes,
                hasNetwork: plan.isolation.hasNetwork, mayCount: call.isProfiler),
            scheduling: scheduling)
    }

    /// With one or two processors the kernel's own threads would starve beside a real-time
    /// program, and all numbers with them.
    private var scheduling: LaunchScheduling {
        switch plan.isolation.scheduling {
        case .other: .other
        case .batch: .batch
        case .fifo: rooms.cpus.count > 2 ? .fifo : .other
        }
    }

    /// The paths that its programs see.
    func view(of workspace: Workspace) -> WorkspaceView {
        WorkspaceView(workspace, plan.isolation.view(launcher.view))
    }

    private func limits(
        _ call: Call, _ wall: Duration, _ workspace: Workspace
    ) -> LaunchLimits {
        var limits = rooms.apply(
            to: LaunchLimits(
                wall: wall, silence: call.silence, grace: plan.limits.grace,
                processes: plan.isolation.processes),
            at: workspace.folder)
        limits.group?.cpus = cores.measuring
        limits.group?.ownsCPUs = plan.isolation.level == "full"
        if let count = plan.isolation.processes { limits.group?.processes = count }
        if let bytes = plan.isolation.memoryBytes {
            limits.group?.memoryBytes = min(bytes, rooms.memoryBytes ?? bytes)
        }
        return limits
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
