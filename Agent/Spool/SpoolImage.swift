import AgentProtocol
import FleetModel
import FoundationEssentials
import GRDB

/// What a spool's file says when it is opened.
struct SpoolImage {
    let lease: SpoolLease
    let descriptor: [UInt8]
    private(set) var state: SpoolState
    let progress: SpoolProgress
    let ledger: SpoolLedger
    let logLength: Int64
    let logIsCut: Bool
    let logAcknowledged: Int64
    let finish: [UInt8]?
    let artifacts: [ArtifactEntry]

    /// The same after the process that wrote it has ended.
    func interrupted() -> SpoolImage {
        var copy = self
        if state == .running { copy.state = .interrupted }
        return copy
    }

    /// Nil when a column holds what the spool never writes, or the batches have a gap.
    init?(_ row: Row, sizes: SpoolSizes, artifacts: [ArtifactEntry]) {
        guard let lease = Self.lease(row), let progress = Self.progress(row),
            let ledger = Self.ledger(row, sizes),
            let descriptor = row.value("descriptor", Data.self),
            let state = row.value("state", String.self).flatMap(SpoolState.init(rawValue:)),
            let logLength = row.count("log_length"), let logIsCut = row.value("log_cut", Bool.self),
            let logAcknowledged = row.count("log_acked")
        else { return nil }
        self.lease = lease
        self.descriptor = Array(descriptor)
        self.state = state
        self.progress = progress
        self.ledger = ledger
        self.logLength = logLength
        self.logIsCut = logIsCut
        self.logAcknowledged = logAcknowledged
        self.artifacts = artifacts
        finish = row.value("finish", Data.self).map { Array($0) }
    }

    private static func lease(_ row: Row) -> SpoolLease? {
        guard let attempt = row.value("attempt_id", String.self).flatMap(AttemptID.init(_:)),
            let fence = row.value("fence", Int64.self).flatMap(Fence.init(_:)),
            let claim = row.value("claim_id", String.self).flatMap(ClaimID.init(_:)),
            let session = row.value("session_id", String.self).flatMap(SessionID.init(_:))
        else { return nil }
        return SpoolLease(attempt: attempt, fence: fence, claim: claim, session: session)
    }

    private static func progress(_ row: Row) -> SpoolProgress? {
        guard let phase = row.value("phase", String.self).flatMap(AttemptPhase.init(rawValue:)),
            let progress = row.count("progress"), let done = row.count("done"),
            let total = row.count("total")
        else { return nil }
        return SpoolProgress(
            phase: phase, progress: progress, done: done, total: total,
            benchmark: row.value("benchmark", String.self))
    }

    private static func ledger(_ row: Row, _ sizes: SpoolSizes) -> SpoolLedger? {
        guard let last = row.count("last_seq"), let acknowledged = row.count("acked_seq"),
            acknowledged <= last, sizes.batches == last - acknowledged,
            sizes.firstSequence.map({ $0 == acknowledged + 1 }) ?? true,
            sizes.lastSequence.map({ $0 == last }) ?? true
        else { return nil }
        return SpoolLedger(
            lastSequence: last, acknowledgedSequence: acknowledged,
            tailRecords: sizes.tailRecords, tailBytes: sizes.tailBytes,
            batchBytes: sizes.batchBytes)
    }
}

extension Row {
    /// The column's value, nil where GRDB's own subscript would trap on a foreign one.
    func value<Value: DatabaseValueConvertible>(_ name: String, _ type: Value.Type) -> Value? {
        (self[name] as DatabaseValue?).flatMap(Value.fromDatabaseValue)
    }

    /// A number of things or bytes: not negative, and far from overflow.
    func count(_ name: String) -> Int64? {
        value(name, Int64.self).flatMap { (0...(1 << 60)).contains($0) ? $0 : nil }
    }
}
