package import AgentProtocol
package import FleetModel
import Synchronization

extension AttemptSpool {
    package var lease: SpoolLease { state.withLock { $0.lease } }

    /// How the attempt stands: one that was running when its process died is `interrupted`.
    package var life: SpoolState { state.withLock { $0.life } }

    package var progress: SpoolProgress { state.withLock { $0.progress } }

    /// Number of the last sealed batch, 0 for none.
    package var lastSequence: Int64 { state.withLock { $0.ledger.lastSequence } }

    package var acknowledgedSequence: Int64 { state.withLock { $0.ledger.acknowledgedSequence } }

    /// Bytes of records and log that wait here.
    package var spoolBytes: Int64 { state.withLock { $0.charged } }

    /// The stored end, to be sent until the controller says `may_discard`.
    package var finishRequest: FinishRequest? { state.withLock { $0.finish } }

    /// What the session request says of this attempt.
    package func spooled(resumable: Bool) -> SpooledAttempt {
        state.withLock { state in
            SpooledAttempt(
                attemptID: state.lease.attempt, fence: state.lease.fence,
                lastSequence: state.ledger.lastSequence,
                acknowledgedSequence: state.ledger.acknowledgedSequence,
                logLength: state.log.storedLength, state: state.life, resumable: resumable,
                spoolBytes: state.charged)
        }
    }

    /// The sealed batch with the lowest number above `sequence`; the same bytes each time.
    package func nextBatch(after sequence: Int64) throws(SpoolFailure) -> SealedBatch? {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            return try store.batch(after: sequence)
        }
    }

    /// Deletes the batches that the controller holds, all up to `sequence`.
    package func acknowledge(through sequence: Int64) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            guard sequence > state.ledger.acknowledgedSequence else { return }
            guard sequence <= state.ledger.lastSequence else { throw .unknownSequence(sequence) }
            state.ledger = try store.acknowledge(through: sequence, from: state.ledger)
            settle(&state)
        }
    }

    /// After `record_invalid`: puts a note in the record's place, under the same number.
    ///
    /// - Returns: the batch as it is to be sent now.
    package func replaceRecord(
        at index: Int, ofBatch sequence: Int64, by note: NoteRecord
    ) throws(SpoolFailure) -> SealedBatch {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            guard let old = try store.batch(after: sequence - 1), old.sequence == sequence
            else { throw .unknownSequence(sequence) }
            let body = try replaced(old, index, note)
            let batch = SealedBatch(sequence: sequence, body: body, digest: digest(body))
            try store.replace(batch)
            state.ledger.batchBytes += Int64(body.count - old.body.count)
            settle(&state)
            return batch
        }
    }

    private func replaced(
        _ batch: SealedBatch, _ index: Int, _ note: NoteRecord
    ) throws(SpoolFailure) -> [UInt8] {
        do {
            let request = try BatchRequest.stored(batch.body)
            guard let changed = request.replacingRecord(at: index, by: note) else {
                throw SpoolFailure.unknownSequence(Int64(index))
            }
            return try WireCodec.encode(changed)
        } catch let failure as SpoolFailure {
            throw failure
        } catch {
            throw .storage(operation: "replace", path: path, reason: "\(error)")
        }
    }

    /// Stores the end of the attempt once, after everything that was appended.
    ///
    /// `compose` makes the body from the last batch's number and the log's length. A second call
    /// with an equal body returns it again, and one with another throws `finished`.
    @discardableResult
    package func finish(
        _ compose: (_ lastSequence: Int64, _ logLength: Int64) -> FinishRequest
    ) throws(SpoolFailure) -> FinishRequest {
        try state.withLock { (state) throws(SpoolFailure) in
            try flush(&state, sealing: true)
            let request = compose(state.ledger.lastSequence, state.log.storedLength)
            if let stored = state.finish {
                guard stored == request else { throw .finished }
                return stored
            }
            try store.set(.finished, finish: try encoded(request))
            state.finish = request
            state.life = .finished
            return request
        }
    }

    private func encoded(_ request: FinishRequest) throws(SpoolFailure) -> [UInt8] {
        do throws(EncodingError) {
            return try WireCodec.encode(request)
        } catch {
            throw .storage(operation: "finish", path: path, reason: "\(error)")
        }
    }

    /// The agent opened a new session and goes on with this attempt in it.
    package func adopt(session: SessionID) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            try store.renew(session: session)
            let old = state.lease
            state.lease = SpoolLease(
                attempt: old.attempt, fence: old.fence, claim: old.claim, session: session)
        }
    }

    /// An interrupted attempt runs again, after the directive `resume`.
    package func resume() throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            guard state.life != .finished else { throw .finished }
            try store.set(.running)
            state.life = .running
        }
    }

    /// Closes the files and gives the room back; the directory is the caller's to remove.
    func close() throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            state.isDiscarded = true
            budget.settle(from: state.charged, to: 0)
            state.charged = 0
            try store.close()
        }
    }
}
