import Synchronization

/// What became of appended log bytes.
package enum LogAppend: Sendable, Equatable {
    case taken
    /// The log is cut here; say so in a `log_mark`. Samples go on.
    case cut
    /// The log was cut before.
    case dropped
}

extension AttemptSpool {
    /// Takes log bytes; they are durable when the next `sync` returns.
    ///
    /// At the log's limit or when the spool is short of room the log ends with one mark.
    package func appendLog(_ bytes: [UInt8]) throws(SpoolFailure) -> LogAppend {
        try state.withLock { (state) throws(SpoolFailure) in
            try mayAppend(state)
            guard !state.log.isCut else { return .dropped }
            let mark = Int64(SpoolLog.truncationMark.count)
            let allowed = max(0, limits.logBytes - mark - state.log.length)
            guard Int64(bytes.count) <= allowed,
                budget.take(Int64(bytes.count), upTo: budget.logCeiling)
            else {
                state.log.cut()
                settle(&state)
                return .cut
            }
            state.charged += Int64(bytes.count)
            state.log.append(bytes)
            return .taken
        }
    }

    /// Bytes of the log that are durable, and so may be sent.
    package var logLength: Int64 { state.withLock { $0.log.storedLength } }

    /// Bytes of the log that the controller is known to hold.
    package var acknowledgedLogLength: Int64 { state.withLock { $0.logAcknowledged } }

    package var logIsCut: Bool { state.withLock { $0.log.isCut } }

    /// Durable log bytes from `offset` on, at most `limit`; empty at the end.
    package func logChunk(from offset: Int64, limit: Int) throws(SpoolFailure) -> [UInt8] {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            let bytes = try state.log.chunk(from: offset, limit: limit)
            state.logOffered = max(state.logOffered, offset + Int64(bytes.count))
            return bytes
        }
    }

    /// Notes the length that a log reply gave.
    package func acknowledgeLog(through length: Int64) throws(SpoolFailure) {
        try state.withLock { (state) throws(SpoolFailure) in
            guard !state.isDiscarded else { throw .discarded }
            guard length > state.logAcknowledged else { return }
            guard length <= state.log.storedLength else { throw .unknownSequence(length) }
            try store.acknowledgeLog(through: length)
            state.logAcknowledged = length
        }
    }

    /// Notes the length that a session reply gave: no other byte is at the controller.
    package func resumeLog(from length: Int64) throws(SpoolFailure) {
        try acknowledgeLog(through: length)
        state.withLock { $0.logOffered = max(length, $0.logAcknowledged) }
    }

    /// Samples need the room: all log bytes that were never offered go, and the mark stays.
    func giveUpLog(_ state: inout State) throws(SpoolFailure) {
        guard state.log.length > state.logOffered + Int64(SpoolLog.truncationMark.count)
        else { return }
        try state.log.drop(after: min(state.logOffered, state.log.storedLength))
        settle(&state)
    }

    /// A disk without room for the log still has to take the samples.
    func flushLog(_ state: inout State) throws(SpoolFailure) {
        do throws(SpoolFailure) {
            try state.log.flush()
        } catch .full {
            try state.log.drop(after: state.log.storedLength)
            settle(&state)
            do throws(SpoolFailure) { try state.log.flush() } catch .full { return }
        }
    }
}
