package import LinuxSystem

/// A launch that never became a running target, or whose launcher was lost.
package enum LaunchFailure: Error, Sendable, Equatable {
    /// A step between the launcher's start and the exec failed.
    /// `subject`: what of several, such as the path of a mount; mostly empty.
    case setupFailed(step: LaunchStep, errno: Int32, subject: String = "")
    /// No such program, as the plan named it.
    case executableMissing(String)
    case launcherMissing(String)
    /// The launcher ended without a report; its tree is gone or dies with it.
    case launcherDied(status: Int32)
    /// The launcher sent something that this agent does not understand.
    case launcherMisspoke(String)
    /// The plan itself is not acceptable; nothing was started.
    case planInvalid(String)
    /// What stands where the plan's standard input was is not taken; nothing was started.
    case inputRefused(SystemCallFailure)
    /// The agent is root and the plan names no user.
    case identityRequired
    case cancelledBeforeStart
    case systemCall(SystemCallFailure)
}

extension LaunchFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .setupFailed(let step, let errno, let subject):
            "cannot start the program: \(step.summary)\(subject.isEmpty ? "" : " at " + subject): "
                + SystemCallFailure.text(of: errno)
        case .executableMissing(let name):
            "cannot start \(name): no such program in PATH or in the launch folder"
        case .launcherMissing(let path):
            "cannot start \(path): the launcher is missing or not executable"
        case .launcherDied(let status):
            "the launcher ended without a report (wait status \(status))"
        case .launcherMisspoke(let what):
            "the launcher's report cannot be read: \(what)"
        case .planInvalid(let reason):
            "the launch plan is not acceptable: \(reason)"
        case .inputRefused(let failure):
            "the file for standard input is not what it was: \(failure)"
        case .identityRequired:
            "the launch plan names no user, and a root agent starts nothing as root"
        case .cancelledBeforeStart:
            "the launch was cancelled before the program started"
        case .systemCall(let failure):
            "cannot prepare the launch: \(failure)"
        }
    }
}
