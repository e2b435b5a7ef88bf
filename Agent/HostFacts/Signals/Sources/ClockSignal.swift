import CKernelClock
import LinuxSystem

/// Whether the kernel disciplines its clock (adjtimex(2)).
package struct ClockState: Sendable, Equatable {
    package let isSynchronised: Bool

    package init(isSynchronised: Bool) { self.isSynchronised = isSynchronised }

    /// `nil` where the call is refused.
    package static func now() -> ClockState? {
        let answer = fm_clock_is_synchronised()
        return answer < 0 ? nil : ClockState(isSynchronised: answer == 1)
    }
}

/// Which clock the kernel counts by, and whether it was replaced meanwhile.
enum ClockSignal {
    static let unexpected = "clock_unexpected"
    static let changed = "clock_changed"
    static let unsynchronised = "clock_unsynchronised"

    static let signal = NoiseSignal(files: { _ in [HostReader.clocksourceFile] }) { span in
        let found = SignalSpan.finding(unexpected) { () throws(SignalAbsence) in
            let name = try source(span.after)
            return SignalFinding(unexpected, span.expectedClocks.contains(name) ? 0 : 1)
        }
        let swapped = SignalSpan.finding(changed) { () throws(SignalAbsence) in
            SignalFinding(changed, try source(span.before) == (try source(span.after)) ? 0 : 1)
        }
        let discipline =
            span.after.clock.map { SignalFinding(unsynchronised, $0.isSynchronised ? 0 : 1) }
            ?? SignalFinding(unsynchronised, absent: "adjtimex is refused")
        return [found, swapped, discipline]
    }

    private static func source(_ snapshot: SignalSnapshot) throws(SignalAbsence) -> String {
        KernelWords.text(try snapshot.bytes(HostReader.clocksourceFile)[...])
            .trimmingWhitespace()
    }
}
