// AgentCore: the agent's side of the protocol. Enters: a configuration, an identity, a transport,
// a spool and something that does attempts. Leaves: calls to the controller, in order and as often
// as needed, and an `AgentStop` that says why the service ended. Decisions are in values that
// touch nothing (`UploadMachine`, `JobScreen`, `CallRetry`); actors perform them.

/// What an agent may do and where it keeps things; no controller can widen it.
package struct AgentConfiguration: Sendable {
    package var agentVersion: String
    package var state: StateFolder
    package var allowList: AllowList
    /// Of one job.
    package var jobTimeLimit: Duration
    package var allowed: JobScreen.Permissions
    package var spoolBytes: Int64
    /// How long a drain waits for the attempt in work.
    package var drainLimit: Duration

    package init(
        agentVersion: String, state: StateFolder, allowList: AllowList,
        jobTimeLimit: Duration = .seconds(86400),
        allowing allowed: JobScreen.Permissions = JobScreen.Permissions(),
        spoolBytes: Int64 = 4 << 30, drainLimit: Duration = .seconds(1800)
    ) {
        self.agentVersion = agentVersion
        self.state = state
        self.allowList = allowList
        self.jobTimeLimit = jobTimeLimit
        self.allowed = allowed
        self.spoolBytes = spoolBytes
        self.drainLimit = drainLimit
    }
}

/// The addresses of repositories that this agent may measure.
package struct AllowList: Sendable, Equatable {
    /// `*` stands for any text, a slash included.
    package let patterns: [String]

    package init(_ patterns: [String]) { self.patterns = patterns }

    package func allows(_ address: String) -> Bool {
        patterns.contains { Self.matches(Array(address.utf8), Array($0.utf8)) }
    }

    /// One star is taken back at a time, so no pattern can blow up.
    private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (at, place, resume) = (0, 0, 0)
        var star: Int?
        while at < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                (star, resume) = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == text[at] {
                at += 1
                place += 1
            } else if let back = star {
                place = back + 1
                resume += 1
                at = resume
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
