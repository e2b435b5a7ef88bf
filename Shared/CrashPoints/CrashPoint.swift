// CrashPoints: named places at which a test may end a program as a power cut would. Debug builds
// only: in a release build no variable names a point and a call does nothing; `scripts/prove
// release` looks for that.

#if DEBUG
    import Glibc
    import Synchronization
#endif

/// A step of the protocol, the spool or the processing, in the order in which a run meets them.
package enum CrashPoint: Sendable {
    // The agent joins and asks.
    case enrolmentAsking
    case enrolmentAnswered
    case enrolmentStored
    case sessionAsking
    case sessionAnswered
    case claimAsking
    case claimAnswered
    case renewalAsking
    case renewalAnswered
    case renewalStored
    // The spool of an attempt is made.
    case spoolFilled
    case spoolMade
    case attemptBegun
    // Foreign code runs.
    case fetchBegun
    case fetchEnded
    case buildBegun
    case buildEnded
    case visitBegun
    case visitRecorded
    case cleanupBegun
    case cleanupEnded
    // What it said is kept.
    case logStored
    case recordsStoring
    case recordsStored
    case artifactCopied
    case artifactNamed
    case artifactKept
    case endStoring
    case endStored
    // It is sent.
    case heartbeatSending
    case heartbeatAnswered
    case batchSending
    case batchAnswered
    case batchAcknowledged
    case logSending
    case logAnswered
    case logAcknowledged
    case artifactAnnouncing
    case artifactAnnounced
    case partSending
    case partAnswered
    case artifactSent
    case finishSending
    case finishAnswered
    // The spool goes.
    case spoolDiscarding
    case spoolRenamed
    case spoolDiscarded

    // The host is tuned. Met only where it is, so that no ordinary run counts on them.
    case tuningLocked
    case tuningHeaderWriting
    case tuningHeaderWritten
    case tuningKnobRead
    case tuningChangeAnnouncing
    case tuningChangeAnnounced
    case tuningChangeSynced
    case tuningKnobWritten
    case tuningKnobVerified
    case tuningResultRecorded
    case tuningKnobRejected
    case tuningServiceStopping
    case tuningServiceStopped
    case tuningHolding
    case tuningHeld
    case tuningApplied
    case tuningRestoreBegun
    case tuningRestoreRead
    case tuningRestoreWriting
    case tuningRestoreWritten
    case tuningRestoreVerified
    case tuningRestoreRecorded
    case tuningServiceStarting
    case tuningServiceStarted
    case tuningJournalClearing
    case tuningJournalTruncated
    case tuningJournalCleared
    case tuningReplayRead

    // The controller takes orders.
    case triggerResolved
    case triggerStored
    case cancelStoring
    case cancelStored
    case revocationStoring
    case revocationStored
    // It serves agents.
    case enrolmentSpending
    case enrolmentSpent
    case renewalIssuing
    case renewalIssued
    case sessionStoring
    case sessionStored
    case claimStoring
    case claimStored
    case heartbeatStoring
    case heartbeatStored
    case batchStoring
    case batchStored
    case logAppending
    case logAppended
    case artifactDeclaring
    case artifactDeclared
    case partWriting
    case partWritten
    case partStored
    case artifactChecked
    case artifactPlaced
    case artifactCompleted
    case finishStoring
    case finishStored
    // It processes what came.
    case resultsFound
    case resultsCollected
    case resultsSealed
    case resultsCompleted
    case resultsCompared
    case resultsJudged
    case seriesRead
    case seriesAnalysed
    case seriesStored
    // It looks at its deadlines.
    case sweepBegun
    case sweepEnded

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
    extension CrashPoint: CaseIterable {
        package var name: String { "\(self)" }

        /// Whether the agent meets it, and not the controller, whose points come after.
        package var isOfAgent: Bool {
            Self.allCases.prefix { $0 != .triggerResolved }.contains(self)
        }

        /// Whether it is met where a host is tuned or put back, and in no ordinary run.
        package var isOfTuning: Bool { name.hasPrefix("tuning") }
    }

    /// Which point ends the process, and how often it was met.
    private final class CrashPlan: Sendable {
        private let point: CrashPoint
        private let left: Mutex<Int>

        /// Nil without a text, or for one that names no point.
        init?(_ text: UnsafeMutablePointer<CChar>?) {
            guard let text else { return nil }
            let parts = String(cString: text).split(separator: "#", maxSplits: 1)
            guard let name = parts.first,
                let point = CrashPoint.allCases.first(where: { $0.name == name })
            else { return nil }
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
