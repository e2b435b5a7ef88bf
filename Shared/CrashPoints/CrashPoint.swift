// CrashPoints: named places at which a test may end a program as a power cut would. Debug builds
// only: a release build has neither the names nor the calls' bodies.

#if DEBUG
    import Glibc
    import Synchronization
#endif

/// A step of the protocol, the spool or the processing, in the order in which a run meets them.
package enum CrashPoint: String, CaseIterable, Sendable {
    // The agent joins and asks.
    case sessionAsking = "agent.session.asking"
    case sessionAnswered = "agent.session.answered"
    case claimAsking = "agent.claim.asking"
    case claimAnswered = "agent.claim.answered"
    // The spool of an attempt is made.
    case spoolFilled = "agent.spool.filled"
    case spoolMade = "agent.spool.made"
    case attemptBegun = "agent.attempt.begun"
    // Foreign code runs.
    case fetchBegun = "agent.fetch.begun"
    case fetchEnded = "agent.fetch.ended"
    case buildBegun = "agent.build.begun"
    case buildEnded = "agent.build.ended"
    case visitBegun = "agent.visit.begun"
    case visitRecorded = "agent.visit.recorded"
    case cleanupBegun = "agent.cleanup.begun"
    case cleanupEnded = "agent.cleanup.ended"
    // What it said is kept.
    case logStored = "agent.spool.log_stored"
    case recordsStoring = "agent.spool.records_storing"
    case recordsStored = "agent.spool.records_stored"
    case endStoring = "agent.spool.end_storing"
    case endStored = "agent.spool.end_stored"
    // It is sent.
    case heartbeatSending = "agent.heartbeat.sending"
    case heartbeatAnswered = "agent.heartbeat.answered"
    case batchSending = "agent.batch.sending"
    case batchAnswered = "agent.batch.answered"
    case batchAcknowledged = "agent.batch.acknowledged"
    case logSending = "agent.log.sending"
    case logAnswered = "agent.log.answered"
    case logAcknowledged = "agent.log.acknowledged"
    case finishSending = "agent.finish.sending"
    case finishAnswered = "agent.finish.answered"
    // The spool goes.
    case spoolDiscarding = "agent.spool.discarding"
    case spoolRenamed = "agent.spool.renamed"
    case spoolDiscarded = "agent.spool.discarded"

    // The host is tuned. Met only where it is, so that no ordinary run counts on them.
    case tuningLocked = "tuning.lock.taken"
    case tuningHeaderWriting = "tuning.header.writing"
    case tuningHeaderWritten = "tuning.header.written"
    case tuningKnobRead = "tuning.knob.read"
    case tuningChangeAnnouncing = "tuning.change.announcing"
    case tuningChangeAnnounced = "tuning.change.announced"
    case tuningChangeSynced = "tuning.change.synced"
    case tuningKnobWritten = "tuning.knob.written"
    case tuningKnobVerified = "tuning.knob.verified"
    case tuningResultRecorded = "tuning.result.recorded"
    case tuningKnobRejected = "tuning.knob.rejected"
    case tuningServiceStopping = "tuning.service.stopping"
    case tuningServiceStopped = "tuning.service.stopped"
    case tuningHolding = "tuning.value.holding"
    case tuningHeld = "tuning.value.held"
    case tuningApplied = "tuning.applied"
    case tuningRestoreBegun = "tuning.restore.begun"
    case tuningRestoreRead = "tuning.restore.read"
    case tuningRestoreWriting = "tuning.restore.writing"
    case tuningRestoreWritten = "tuning.restore.written"
    case tuningRestoreVerified = "tuning.restore.verified"
    case tuningRestoreRecorded = "tuning.restore.recorded"
    case tuningServiceStarting = "tuning.service.starting"
    case tuningServiceStarted = "tuning.service.started"
    case tuningJournalClearing = "tuning.journal.clearing"
    case tuningJournalTruncated = "tuning.journal.truncated"
    case tuningJournalCleared = "tuning.journal.cleared"
    case tuningReplayRead = "tuning.replay.read"

    // The controller takes orders.
    case triggerResolved = "controller.trigger.resolved"
    case triggerStored = "controller.trigger.stored"
    // It serves agents.
    case sessionStoring = "controller.session.storing"
    case sessionStored = "controller.session.stored"
    case claimStored = "controller.claim.stored"
    case heartbeatStoring = "controller.heartbeat.storing"
    case heartbeatStored = "controller.heartbeat.stored"
    case batchStoring = "controller.batch.storing"
    case batchStored = "controller.batch.stored"
    case logAppending = "controller.log.appending"
    case logAppended = "controller.log.appended"
    case finishStoring = "controller.finish.storing"
    case finishStored = "controller.finish.stored"
    // It processes what came.
    case resultsFound = "controller.results.found"
    case resultsCollected = "controller.results.collected"
    case resultsSealed = "controller.results.sealed"
    case resultsCompared = "controller.results.compared"
    case resultsCompleted = "controller.results.completed"

    /// Whether the agent meets it, and not the controller.
    package var isOfAgent: Bool { rawValue.hasPrefix("agent.") }

    /// Whether it is met where a host is tuned or put back, and in no ordinary run.
    package var isOfTuning: Bool { rawValue.hasPrefix("tuning.") }

    /// Ends the process with SIGKILL when `FLEETMARK_CRASH_POINT` names this point, as `NAME` or as
    /// `NAME#N` for the N-th time that it is met.
    package func reach() {
        #if DEBUG
            Self.plan?.meet(self)
        #endif
    }

    #if DEBUG
        private static let plan = CrashPlan(getenv("FLEETMARK_CRASH_POINT"))
    #endif
}

#if DEBUG
    /// Which point ends the process, and how often it was met.
    private final class CrashPlan: Sendable {
        private let point: CrashPoint
        private let left: Mutex<Int>

        /// Nil without a text, or for one that names no point.
        init?(_ text: UnsafeMutablePointer<CChar>?) {
            guard let text else { return nil }
            let parts = String(cString: text).split(separator: "#", maxSplits: 1)
            guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else {
                return nil
            }
            self.point = point
            left = Mutex(parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
        }

        func meet(_ met: CrashPoint) {
            guard met == point else { return }
            let isNow = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isNow { kill(getpid(), SIGKILL) }
        }
    }
#endif
