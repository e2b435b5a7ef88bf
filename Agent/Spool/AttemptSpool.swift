package import AgentProtocol
import CrashPoints
package import FleetModel
import Synchronization

/// The outbox of one attempt: what was stored is sent exactly as it was stored, in order.
///
/// The runner appends and calls `sync` between repetitions; the uploader reads and acknowledges.
/// Calls block on the disk, so a measuring thread makes them only outside of a repetition.
package final class AttemptSpool: Sendable {
    /// Held appended bytes past which an append stores by itself.
    static let heldBytesLimit = 8 * 1_048_576

    package let attempt: AttemptID
    /// The job without its secrets.
    package let descriptor: JobDescription
    /// Directory of the attempt.
    package let path: String

    let store: SpoolStore
    let budget: SpoolBudget
    let limits: SpoolLimits
    let digest: @Sendable ([UInt8]) -> String
    let artifacts: ArtifactFolder
    // Held across disk work on purpose: callers are threads that wait for the disk, never tasks
    // that await, and the file allows one writer anyway.
    let state: Mutex<State>

    struct State: ~Copyable {
        var lease: SpoolLease
        var life: SpoolState
        var ledger: SpoolLedger
        var progress: SpoolProgress
        var progressIsStored = true
        /// Encoded records that are not in the file yet.
        var held: [[UInt8]] = []
        var heldBytes = 0
        var log: SpoolLog
        var logAcknowledged: Int64
        /// Up to here the log may be at the controller already.
        var logOffered: Int64
        var finish: FinishRequest?
        var entries: [ArtifactEntry]
        /// Of their files.
        var artifactBytes: Int64 = 0
        /// Numbers the files that have no name yet.
        var drafts = 0
        /// What the budget holds for this attempt.
        var charged: Int64 = 0
        var isDiscarded = false
    }

    init(
        _ image: SpoolImage, store: SpoolStore, path: String, context: SpoolContext
    ) throws(SpoolFailure) {
        do throws(MessageProblem) {
            descriptor = try WireCodec.decode(
                JobDescription.self, from: image.descriptor, maxBytes: image.descriptor.count)
        } catch {
            throw .unreadable(path: path, reason: "the job is unreadable")
        }
        attempt = image.lease.attempt
        self.path = path
        self.store = store
        budget = context.budget
        limits = context.limits
        digest = context.digest
        let log = try SpoolLog.open(
            path: path + "/log", length: image.logLength, isCut: image.logIsCut)
        artifacts = ArtifactFolder(path: path + "/artifacts")
        var entries = image.artifacts
        for broken in try artifacts.open(entries) where broken.state == .kept {
            try store.set(.leftOut, ofArtifact: broken.number)
            for index in entries.indices where entries[index].number == broken.number {
                entries[index].state = .leftOut
            }
        }
        let finish = try image.finish.map { (bytes) throws(SpoolFailure) in
            try Self.finishRequest(bytes, path)
        }
        state = Mutex(
            State(
                lease: image.lease, life: image.state, ledger: image.ledger,
                progress: image.progress, log: log, logAcknowledged: image.logAcknowledged,
                logOffered: image.logLength, finish: finish, entries: entries))
        state.withLock { state in
            let sizes = Dictionary(
                state.entries.map { ($0.digest, $0.sizeBytes) }, uniquingKeysWith: { $1 })
            state.artifactBytes = sizes.values.reduce(0, +)
            settle(&state)
        }
    }

    private static func finishRequest(
        _ bytes: [UInt8], _ path: String
    ) throws(SpoolFailure) -> FinishRequest {
        do throws(MessageProblem) {
            return try WireCodec.decode(FinishRequest.self, from: bytes, maxBytes: bytes.count)
        } catch {
            throw .unreadable(path: path, reason: "the end is unreadable")
        }
    }

    /// Takes records in order; they are durable when the next `sync` returns.
    ///
    /// All of them are taken or none. `full` leaves what is stored sendable; the log of this
    /// attempt is given up first.
    package func append(records: [BatchRecord]) throws(SpoolFailure) {
        var encoded: [[UInt8]] = []
        var bytes = 0
        for (index, record) in records.enumerated() {
            let text = try encode(record, index)
            encoded.append(text)
            bytes += text.count
        }
        let (taken, size) = (encoded, bytes)
        try state.withLock { (state) throws(SpoolFailure) in
            try mayAppend(state)
            if !charge(size, &state) {
                try giveUpLog(&state)
                guard charge(size, &state) else { throw .full }
            }
            state.held += taken
            state.heldBytes += size
            if state.heldBytes > Self.heldBytesLimit { try flush(&state, sealing: false) }
        }
    }

    private func encode(_ record: BatchRecord, _ index: Int) throws(SpoolFailure) -> [UInt8] {
        do throws(FieldProblem) {
            try record.validate()
        } catch {
            throw .recordInvalid(index: index, error)
        }
        let bytes: [UInt8]
        do throws(EncodingError) {
            bytes = try WireCodec.encode(record)
        } catch {
            throw .recordInvalid(index: index, FieldProblem("", "The record has no JSON form."))
        }
        guard bytes.count + BatchFrame.overhead <= limits.batchBytes else {
            throw .recordTooLarge(index: index, bytes: bytes.count)
        }
        return bytes
    }

    /// Remembers how far the attempt is; durable when the next `sync` returns.
    package func record(progress: SpoolProgress) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            try mayAppend(state)
            guard state.progress != progress else { return }
            state.progress = progress
            state.progressIsStored = false
        }
    }

    /// Makes all that was appended durable. Call it between repetitions, never inside one.
    ///
    /// After a failure nothing is lost: the same bytes are tried again with the next call.
    package func sync() throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            try flush(&state, sealing: false)
        }
    }

    /// Makes all that was appended durable and sendable, also a batch that is not full.
    package func seal() throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            try flush(&state, sealing: true)
        }
    }

    func flush(_ state: inout State, sealing: Bool) throws(SpoolFailure) {
        guard !state.isDiscarded else { throw .discarded }
        let open = sealing && state.ledger.tailRecords > 0
        guard !state.held.isEmpty || state.log.hasHeldBytes || !state.progressIsStored || open
        else { return }
        try flushLog(&state)
        CrashPoint.logStored.reach()
        let change = SpoolChange(
            records: state.held, sealing: sealing, progress: state.progress,
            logLength: state.log.storedLength, logIsCut: state.log.isCut)
        CrashPoint.recordsStoring.reach()
        state.ledger = try store.store(
            change, from: state.ledger, limits: limits, digest: digest)
        CrashPoint.recordsStored.reach()
        state.held.removeAll()
        state.heldBytes = 0
        state.progressIsStored = true
        settle(&state)
    }

    func mayAppend(_ state: borrowing State) throws(SpoolFailure) {
        guard !state.isDiscarded else { throw .discarded }
        guard state.life != .finished else { throw .finished }
    }

    private func charge(_ bytes: Int, _ state: inout State) -> Bool {
        guard budget.take(Int64(bytes), upTo: budget.capacityBytes) else { return false }
        state.charged += Int64(bytes)
        return true
    }

    /// Brings the budget to what is really held.
    func settle(_ state: inout State) {
        let held =
            state.ledger.storedBytes + Int64(state.heldBytes) + state.log.length
            + state.artifactBytes
        budget.settle(from: state.charged, to: held)
        state.charged = held
    }
}
