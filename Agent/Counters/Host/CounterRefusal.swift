import Glibc
import LinuxSystem

/// Why an event cannot be counted (isolation-and-counters.md, section 2.8).
package struct CounterRefusal: Error, Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case noPMU = "no-pmu"
        case eventUnsupported = "event-unsupported"
        case featureUnsupported = "feature-unsupported"
        case deniedParanoid = "denied-paranoid"
        case deniedTarget = "denied-target"
        case deniedPolicy = "denied-policy"
        case fdLimit = "fd-limit"
        case badRequest = "bad-request"
        case counterBusy = "counter-busy"
        case cpuOffline = "cpu-offline"
        case targetGone = "target-gone"
        case kernelNoPerf = "kernel-no-perf"
        case resources
        /// A counting unit, or an event of it, that this machine lacks.
        case eventAbsent = "event-absent"
        /// A term of a raw event that the unit does not have, or a value that does not fit it.
        case badTerm = "bad-term"
        /// Others work in the package that the event is counted for.
        case sharedPackage = "shared-package"
        /// The run has no control group in which it could be counted.
        case noGroup = "no-cgroup"
        /// The count could not be read back.
        case unreadable
        /// A process of the tree outlived it, so the count was still growing.
        case treeAlive = "tree-alive"
    }

    /// The event's name.
    package let event: String
    package let code: Code
    /// 0 when no call failed.
    package let errno: Int32
    package let message: String

    package init(event: String, code: Code, errno: Int32 = 0, message: String) {
        self.event = event
        self.code = code
        self.errno = errno
        self.message = message
    }
}

extension CounterRefusal {
    /// What the reason may depend on beside the host.
    package struct Circumstances: Sendable, Equatable {
        /// The process that was to be counted; 0 is the caller.
        package var target: Int32
        package var descriptorsNeeded: Int
        package var descriptorLimit: UInt64
        /// A control group or a processor was to be counted, and not a process.
        package var isWide: Bool

        package init(
            target: Int32 = 0, descriptorsNeeded: Int = 1, descriptorLimit: UInt64 = 0,
            isWide: Bool = false
        ) {
            self.target = target
            self.descriptorsNeeded = descriptorsNeeded
            self.descriptorLimit = descriptorLimit
            self.isWide = isWide
        }
    }

    /// The reason behind an errno of perf_event_open(2).
    package init(
        errno: Int32, of event: CounterEvent, on host: CounterHost,
        in circumstances: Circumstances = Circumstances()
    ) {
        let (code, message) = Self.reason(errno, event, host, circumstances)
        self.init(event: event.name, code: code, errno: errno, message: message)
    }

    private static func reason(
        _ errno: Int32, _ event: CounterEvent, _ host: CounterHost, _ here: Circumstances
    ) -> (Code, String) {
        switch errno {
        case ENOENT, EOPNOTSUPP, ENODEV, EBUSY: hardwareReason(errno, event, host)
        case EACCES, EPERM, ESRCH: accessReason(errno, event, host, here)
        case EMFILE:
            (
                .fdLimit,
                "\(event.name) needs \(here.descriptorsNeeded) descriptors, RLIMIT_NOFILE is "
                    + "\(here.descriptorLimit)."
            )
        case EINVAL where event.place != .tree:
            (
                .eventAbsent,
                "\(event.described?.units.joined(separator: " or ") ?? "The machine") has no "
                    + "\(event.name) on this machine."
            )
        case EINVAL:
            (.badRequest, "The kernel refuses \(event.name) as asked: it may be too old.")
        case ENOSYS: (.kernelNoPerf, "This kernel has no performance events.")
        default:
            (.resources, "\(event.name) cannot be opened: \(SystemCallFailure.text(of: errno)).")
        }
    }

    private static func hardwareReason(
        _ errno: Int32, _ event: CounterEvent, _ host: CounterHost
    ) -> (Code, String) {
        let unit = event.place == .tree ? host.chosenUnit?.name : event.described?.units.first
        return switch (errno, unit) {
        case (EBUSY, _):
            (.counterBusy, "Another profiler holds the counter of \(event.name) exclusively.")
        case (ENODEV, _):
            (.cpuOffline, "The processor that should count \(event.name) is offline.")
        case (EOPNOTSUPP, _):
            (
                .featureUnsupported,
                "PMU \(unit ?? "of the kernel") cannot do what \(event.name) asks for (sampling, "
                    + "precise or branch mode)."
            )
        case (_, nil) where event.usesProcessor: (.noPMU, noPMU)
        case (_, let unit):
            (
                .eventUnsupported,
                event.kind == .software
                    ? "The kernel does not count \(event.name)."
                    : "The CPU (PMU \(unit ?? "unknown")) does not implement \(event.name)."
            )
        }
    }

    private static func accessReason(
        _ errno: Int32, _ event: CounterEvent, _ host: CounterHost, _ here: Circumstances
    ) -> (Code, String) {
        switch errno {
        case ESRCH: (.targetGone, "Process \(here.target) ended before it could be counted.")
        case EACCES where host.isPrivileged && !here.isWide:
            (.deniedTarget, "The agent is not allowed to trace process \(here.target).")
        case EACCES where !host.isPrivileged:
            (
                .deniedParanoid,
                "kernel.perf_event_paranoid is \(host.paranoid.map(String.init) ?? "unknown"); "
                    + "\(here.isWide ? 0 : event.scope == .user ? 2 : 1) or less is required, or "
                    + "grant the agent CAP_PERFMON."
            )
        default:
            (
                .deniedPolicy,
                "perf_event_open is blocked by a seccomp or LSM policy (a container?)."
            )
        }
    }

    /// The one line that stands for all hardware events of such a machine.
    package static let noPMU =
        "This machine exposes no hardware performance counters (typical for virtual machines). "
        + "Hardware metrics are unavailable; software counters still work."
}

extension CounterRefusal: CustomStringConvertible {
    package var description: String { message }
}
