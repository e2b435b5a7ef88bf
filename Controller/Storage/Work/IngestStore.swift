package import Database
import FleetModel

/// Takes what agents stream: batches in sequence, logs by offset. Acknowledged means committed.
package struct IngestStore: Sendable {
    let database: any Database
    let settings: LeaseSettings
    let journal: WorkJournal

    package init(
        _ database: any Database, settings: LeaseSettings, journal: WorkJournal = .none
    ) {
        self.database = database
        self.settings = settings
        self.journal = journal
    }

    package struct Batch: Hashable, Sendable {
        package let sequence: Int64
        package let digest: String
        package let body: [UInt8]

        package init(sequence: Int64, digest: String, body: [UInt8]) {
            self.sequence = sequence
            self.digest = digest
            self.body = body
        }
    }

    package struct BatchAnswer: Hashable, Sendable {
        package let ackedSequence: Int64
        package let isCounted: Bool

        package init(ackedSequence: Int64, isCounted: Bool) {
            self.ackedSequence = ackedSequence
            self.isCounted = isCounted
        }
    }

    /// Stores one batch, in one transaction; the same batch again is acknowledged again.
    /// - Throws: `StoreFailure` `sequenceGap`, `digestMismatch`, `uploadWindowClosed` and those of
    ///   `AttemptStore.held` except `fenced` by a newer claim, whose data is stored uncounted.
    package func store(
        _ batch: Batch, from holder: AttemptStore.Holder
    ) async throws -> BatchAnswer {
        let settings = settings
        return try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let (attempt, isCounted) = try Self.receiving(holder, work, settings)
            if batch.sequence <= attempt.ackedSequence {
                try Self.requireSame(batch, attempt.id, connection)
                return BatchAnswer(ackedSequence: attempt.ackedSequence, isCounted: isCounted)
            }
            guard batch.sequence == attempt.ackedSequence + 1 else {
                throw StoreFailure.sequenceGap(expected: attempt.ackedSequence + 1)
            }
            guard attempt.finishDigest == nil else {
                throw StoreFailure.terminal("attempt \(attempt.id)")
            }
            _ = try connection.execute(
                """
                INSERT INTO batch (attempt_id, seq, digest, body, received_us)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .id(attempt.id), .integer(batch.sequence), .text(batch.digest),
                    .blob(batch.body), .time(work.now),
                ])
            _ = try connection.execute(
                "UPDATE attempt SET acked_seq = $2 WHERE id = $1",
                [.id(attempt.id), .integer(batch.sequence)])
            return BatchAnswer(ackedSequence: batch.sequence, isCounted: isCounted)
        }
    }

    /// Appends to the log, in one transaction; bytes that are there already must be equal.
    /// - Returns: the log's length, and whether the attempt counts.
    /// - Throws: `StoreFailure` `logGap`, `logMismatch`, `logFull` and those of `store`.
    package func appendLog(
        _ bytes: [UInt8], at offset: Int64, from holder: AttemptStore.Holder
    ) async throws -> (length: Int64, isCounted: Bool) {
        let settings = settings
        return try await database.work(.ordinary, settings, journal) { work in
            let connection = work.connection
            let (attempt, isCounted) = try Self.receiving(holder, work, settings)
            guard offset >= 0, offset <= attempt.logBytes else {
                throw StoreFailure.logGap(length: attempt.logBytes)
            }
            let overlap = Int(min(attempt.logBytes - offset, Int64(bytes.count)))
            if overlap > 0 {
                try Self.requireEqual(bytes.prefix(overlap), at: offset, attempt.id, connection)
            }
            let new = Array(bytes.dropFirst(overlap))
            guard !new.isEmpty else { return (attempt.logBytes, isCounted) }
            let length = attempt.logBytes + Int64(new.count)
            guard length <= settings.logLimit else { throw StoreFailure.logFull }
            _ = try connection.execute(
                "INSERT INTO log_chunk (attempt_id, start_offset, body) VALUES ($1, $2, $3)",
                [.id(attempt.id), .integer(attempt.logBytes), .blob(new)])
            _ = try connection.execute(
                "UPDATE attempt SET log_bytes = $2 WHERE id = $1",
                [.id(attempt.id), .integer(length)])
            try connection.notify(WorkChannel.attempt, attempt.id.text)
            return (length, isCounted)
        }
    }

    /// The attempt, and whether what arrives counts; data of a claim that was overtaken is kept
    /// but does not count.
    static func receiving(
        _ holder: AttemptStore.Holder, _ work: WorkTransitions, _ settings: LeaseSettings
    ) throws -> (AttemptRecord, Bool) {
        try ClaimStore.requireCurrentSession(
            holder.session, agent: holder.agent, work.connection)
        let (attempt, job) = try AttemptStore.any(holder, work)
        if let endedAt = attempt.endedAt, work.now - endedAt > settings.uploadWindow {
            throw StoreFailure.uploadWindowClosed
        }
        let isOvertaken = job.fence != attempt.fence.number
        if attempt.state == .lost, !isOvertaken, job.state == .queued {
            try AttemptStore.readopt(attempt, job, work)
            var life = attempt.life
            try life.apply(.heard(nil))
            _ = try work.connection.execute(
                """
                UPDATE attempt SET state = $2, lease_until_us = $3, lost_at_us = $4 WHERE id = $1
                """,
                [
                    .id(attempt.id), .word(life.state), .time(work.now + settings.unreachable),
                    .time(work.now + settings.lost),
                ])
        }
        return (attempt, !isOvertaken && attempt.isCounted)
    }

    private static func requireSame(
        _ batch: Batch, _ attempt: AttemptID, _ connection: any Connection
    ) throws {
        let rows = try connection.query(
            "SELECT digest FROM batch WHERE attempt_id = $1 AND seq = $2",
            [.id(attempt), .integer(batch.sequence)])
        // A sealed attempt's batches are gone: what was acknowledged once stays acknowledged.
        guard let row = rows.first else { return }
        guard try row.text("digest") == batch.digest else { throw StoreFailure.digestMismatch }
    }

    private static func requireEqual(
        _ bytes: ArraySlice<UInt8>, at offset: Int64, _ attempt: AttemptID,
        _ connection: any Connection
    ) throws {
        let stored = try LogStore.bytes(
            of: attempt, from: offset, limit: bytes.count, connection)
        for (index, pair) in zip(bytes, stored).enumerated() where pair.0 != pair.1 {
            throw StoreFailure.logMismatch(at: offset + Int64(index))
        }
    }
}
