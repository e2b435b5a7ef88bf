/// How one launch ended and what it cost. Times are CLOCK_MONOTONIC_RAW.
package struct LaunchOutcome: Sendable, Equatable {
    /// How the target itself ended.
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        /// The signal's number.
        case signalled(Int32)
    }

    /// Why the agent ended the target; the first reason wins.
    package enum Cause: String, Sendable {
        case wallTimeout
        case silence
        case outputLimit
        case cancelled
        /// Less was free than must stay so.
        case diskFull
        /// More was written than the program may.
        case diskLimit
    }

    package var ending: Ending
    /// `nil` when the target ended by itself.
    package var cause: Cause?
    /// From the stamp just before the exec to the stamp at the target's end; neither set-up nor
    /// tear-down is inside.
    package var wallNanoseconds: Int64
    package var usage: ResourceUsage
    /// Descendants alive when the target had ended; they were killed.
    package var leftoverProcesses: Int
    /// Descendants that SIGKILL could not end in time (blocked inside the kernel); mostly 0.
    package var survivingProcesses: Int
    /// Bytes written by the target, also those after the output limit that nobody received.
    package var standardOutputBytes: Int64
    package var standardErrorBytes: Int64
    /// Of all processes together; `nil` without a control group.
    package var group: GroupAccounting?
    package var receipt: IsolationReceipt

    package init(
        ending: Ending, cause: Cause?, wallNanoseconds: Int64, usage: ResourceUsage,
        leftoverProcesses: Int, survivingProcesses: Int = 0, standardOutputBytes: Int64,
        standardErrorBytes: Int64, group: GroupAccounting? = nil, receipt: IsolationReceipt
    ) {
        self.ending = ending
        self.cause = cause
        self.wallNanoseconds = wallNanoseconds
        self.usage = usage
        self.leftoverProcesses = leftoverProcesses
        self.survivingProcesses = survivingProcesses
        self.standardOutputBytes = standardOutputBytes
        self.standardErrorBytes = standardErrorBytes
        self.group = group
        self.receipt = receipt
    }

    /// Whether the kernel ended one of its processes because its memory was spent.
    package var ranOutOfMemory: Bool { (group?.memoryKills ?? 0) > 0 }

    /// More than a fiftieth, and more than this, between what the control group and what wait4 say
    /// of processor time: processes were left behind, or nobody waited for them. The group counts
    /// the making of the room as well, some ten milliseconds.
    private static let accountingSlackMicroseconds: Int64 = 50_000

    /// In microseconds; `nil` while both agree (isolation-and-counters.md, section 3.9).
    package var accountingMismatch: (group: Int64, waited: Int64)? {
        guard let all = group?.usageMicroseconds else { return nil }
        let (waited, overflow) = usage.userMicroseconds.addingReportingOverflow(
            usage.systemMicroseconds)
        let (difference, wrapped) = all.subtractingReportingOverflow(waited)
        guard !overflow, !wrapped else { return nil }
        let isLarge =
            difference.magnitude > all.magnitude / 50
            && difference.magnitude > Self.accountingSlackMicroseconds.magnitude
        return isLarge ? (all, waited) : nil
    }

    /// Exit status 0 and no intervention.
    package var succeeded: Bool { ending == .exited(0) && cause == nil }
}
