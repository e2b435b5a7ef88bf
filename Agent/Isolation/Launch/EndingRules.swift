/// When and how the agent ends a launch. Pure: times come in, commands go out.
///
/// All times are CLOCK_MONOTONIC_RAW in nanoseconds.
struct EndingRules {
    /// The numbers of `enum fm_command`.
    enum Command: UInt32 {
        case terminate = 1
        case kill = 2
        /// Opens the gate of a gated launch.
        case go = 3
    }

    /// Longest time between the launcher's start and the exec; beyond it the set-up hangs.
    static let setupLimit: Int64 = 60_000_000_000

    private let wall: Int64?
    private let silence: Int64?
    private let grace: Int64
    private let outputKillBytes: Int64
    private let launchedAt: Int64
    private var lastOutputAt: Int64
    private var killAt: Int64?
    private var pending: Command?
    private var hasKilled = false

    private(set) var startedAt: Int64?
    private(set) var cause: LaunchOutcome.Cause?
    private(set) var causeAt: Int64 = 0
    /// The set-up took too long.
    private(set) var setupHung = false
    private(set) var outputBytes: Int64 = 0

    init(_ limits: LaunchLimits, launchedAt: Int64) {
        wall = limits.wall.map(Self.nanoseconds)
        silence = limits.silence.map(Self.nanoseconds)
        grace = Self.nanoseconds(limits.grace)
        outputKillBytes = limits.outputKillBytes
        self.launchedAt = launchedAt
        lastOutputAt = launchedAt
    }

    mutating func started(at time: Int64) {
        startedAt = time
        lastOutputAt = max(lastOutputAt, time)
    }

    /// - Returns: how many of the bytes lie within the output limit.
    mutating func received(_ count: Int, at time: Int64) -> Int {
        lastOutputAt = time
        let room = max(0, outputKillBytes - outputBytes)
        outputBytes = outputBytes.addingReportingOverflow(Int64(count)).partialValue
        if outputBytes > outputKillBytes { end(.outputLimit, at: time, with: .kill) }
        return Int(min(Int64(count), room))
    }

    mutating func cancelled(_ urgency: LaunchCancellation.Urgency, at time: Int64) {
        end(.cancelled, at: time, with: urgency == .now ? .kill : .terminate)
    }

    mutating func filledDisk(_ cause: LaunchOutcome.Cause, at time: Int64) {
        end(cause, at: time, with: .kill)
    }

    /// - Returns: what to tell the launcher now.
    mutating func command(at now: Int64) -> Command? {
        if let limit = wallDeadline, now >= limit { end(.wallTimeout, at: now, with: .terminate) }
        if let limit = silenceDeadline, now >= limit { end(.silence, at: now, with: .terminate) }
        if startedAt == nil, !setupHung, now >= launchedAt.saturatingSum(Self.setupLimit) {
            setupHung = true
            ask(.kill)
        }
        if let killAt, now >= killAt { ask(.kill) }
        defer { pending = nil }
        return pending
    }

    /// When `command(at:)` may have something to say next; `nil` for never.
    var deadline: Int64? {
        let setup = startedAt == nil && !setupHung ? launchedAt.saturatingSum(Self.setupLimit) : nil
        return [wallDeadline, silenceDeadline, killAt, setup].compactMap { $0 }.min()
    }

    private var wallDeadline: Int64? {
        guard cause == nil, let wall, let startedAt else { return nil }
        return startedAt.saturatingSum(wall)
    }

    private var silenceDeadline: Int64? {
        guard cause == nil, let silence, startedAt != nil else { return nil }
        return lastOutputAt.saturatingSum(silence)
    }

    /// The first reason is kept; a later one can only hasten the end.
    private mutating func end(_ reason: LaunchOutcome.Cause, at time: Int64, with how: Command) {
        if cause == nil {
            cause = reason
            causeAt = time
            if how == .terminate { killAt = time.saturatingSum(grace) }
            ask(how)
        } else if how == .kill {
            ask(.kill)
        }
    }

    private mutating func ask(_ command: Command) {
        guard !hasKilled else { return }
        pending = command
        if command == .kill {
            hasKilled = true
            killAt = nil
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole.saturatingSum(attoseconds / 1_000_000_000)
    }
}

extension Int64 {
    fileprivate func saturatingSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
