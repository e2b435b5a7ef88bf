import AgentProtocol
import BenchmarkRunner
import FleetModel
import Spool
import Synchronization

/// Puts the runner's events into the spool, and lets heartbeats happen between repetitions.
final class AttemptSink: RunnerSink {
    /// A batch that is not full goes after this long (API contract, §4.2).
    static let sealAfterNanoseconds: Int64 = 2_000_000_000

    private struct State {
        var mask: SecretMask
        var progress: Int64 = 0
        /// The attempt may leave no more files; said once.
        var saidFull = false
        var sealedAt: Int64
    }

    private let spool: AttemptSpool
    private let limits: ProtocolLimits
    private let clock: @Sendable () -> Int64
    /// Called when there is something new to send.
    private let onSealed: @Sendable () -> Void
    /// Called between repetitions with the promise of silence for the next one.
    private let onPause: @Sendable (Duration?) async -> Void
    private let state: Mutex<State>

    init(
        spool: AttemptSpool, limits: ProtocolLimits, secret: String?,
        clock: @escaping @Sendable () -> Int64,
        onSealed: @escaping @Sendable () -> Void,
        onPause: @escaping @Sendable (Duration?) async -> Void
    ) {
        self.spool = spool
        self.limits = limits
        self.clock = clock
        self.onSealed = onSealed
        self.onPause = onPause
        state = Mutex(State(mask: SecretMask(secret), sealedAt: clock()))
    }

    func take(_ event: RunnerEvent, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        state.withLock { $0.progress += 1 }
        do throws(SpoolFailure) {
            try spool.append(records: [EventRecords.record(event, at: nanoseconds)])
        } catch {
            try replace(error, at: nanoseconds)
        }
    }

    /// A record that breaks a rule gives way to a note: one tool's odd name must not end the
    /// attempt.
    private func replace(
        _ failure: SpoolFailure, at nanoseconds: Int64
    ) throws(RunnerSinkFailure) {
        let why: String
        switch failure {
        case .full: throw .full
        case .recordInvalid(_, let problem): why = "\(problem.pointer): \(problem.message)"
        case .recordTooLarge(_, let bytes): why = "it has \(bytes) bytes"
        default: throw .broken("\(failure)")
        }
        let note = NoteRecord(
            at: Nanoseconds(.nanoseconds(nanoseconds)), level: .warning,
            text: EventRecords.plain("A record was left out: \(why)"), code: "record_invalid")
        do throws(SpoolFailure) {
            try spool.append(records: [.note(note)])
        } catch {
            throw error == .full ? .full : .broken("\(error)")
        }
    }

    func keep(_ artifact: RunnerArtifact, at nanoseconds: Int64) throws(RunnerSinkFailure) {
        state.withLock { $0.progress += 1 }
        let at = Nanoseconds(.nanoseconds(nanoseconds))
        let record: BatchRecord
        do throws(ArtifactCopy.Refusal) {
            let kept = try ArtifactCopy(spool: spool, limits: limits).keep(artifact)
            record = .artifactNote(
                ArtifactNoteRecord(at: at, name: kept.name, digest: kept.digest))
        } catch {
            // Of many raw results one note is enough.
            let isOneOfMany = error.isLimit && artifact.kind == RunnerArtifact.rawOutputKind
            let isNews = state.withLock { state in
                defer { state.saidFull = state.saidFull || isOneOfMany }
                return !isOneOfMany || !state.saidFull
            }
            guard isNews else { return }
            record = .note(
                NoteRecord(
                    at: at, level: .warning,
                    text: EventRecords.plain("\(artifact.name) is not kept: \(error.reason)"),
                    code: "artifact_left_out"))
        }
        do throws(SpoolFailure) {
            try spool.append(records: [record])
        } catch {
            throw error == .full ? .full : .broken("\(error)")
        }
    }

    func log(_ bytes: [UInt8]) {
        let masked = state.withLock { state in
            state.progress += 1
            return state.mask.pass(bytes)
        }
        // A log that is full is cut with a mark inside it; samples go on.
        if !masked.isEmpty { _ = try? spool.appendLog(masked) }
    }

    func checkpoint(_ progress: RunnerProgress) async throws(RunnerSinkFailure) {
        try store(progress)
        await onPause(progress.quietFor)
    }

    private func store(_ progress: RunnerProgress) throws(RunnerSinkFailure) {
        let now = clock()
        let (count, rest, isDue) = state.withLock { state in
            state.progress += 1
            let isDue = now - state.sealedAt >= Self.sealAfterNanoseconds
            if isDue { state.sealedAt = now }
            return (state.progress, state.mask.flush(), isDue)
        }
        do throws(SpoolFailure) {
            if !rest.isEmpty { _ = try spool.appendLog(rest) }
            try spool.record(
                progress: SpoolProgress(
                    phase: progress.phase, progress: count, done: progress.done,
                    total: progress.total, benchmark: progress.benchmark))
            if isDue { try spool.seal() } else { try spool.sync() }
        } catch {
            throw error == .full ? .full : .broken("\(error)")
        }
        if isDue { onSealed() }
    }

    /// While no repetition runs, also between checkpoints: fetches and builds say much.
    func sealNow() {
        state.withLock { $0.sealedAt = clock() }
        try? spool.seal()
        onSealed()
    }

    /// Rises whenever work advances.
    var progressCount: Int64 { state.withLock { $0.progress } }
}
