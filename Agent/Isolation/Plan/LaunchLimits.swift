/// The bounds of one launch. `nil` leaves a bound as the agent has it, or off for the timers.
///
/// Defaults and mechanisms: isolation-and-counters.md, section 3.6.
package struct LaunchLimits: Sendable, Equatable {
    /// From the exec to the end of the target; then TERM, `grace`, KILL.
    package var wall: Duration?
    /// Longest time without a byte on either output stream; then TERM, `grace`, KILL.
    package var silence: Duration?
    /// What a target gets between TERM and KILL.
    package var grace: Duration
    /// Bytes of both streams together; one more and the tree is killed at once.
    package var outputKillBytes: Int64
    /// RLIMIT_FSIZE, per file.
    package var fileSizeBytes: Int64?
    /// RLIMIT_NOFILE as (soft, hard).
    package var openFiles: Range
    /// RLIMIT_NPROC: processes and threads of the target's user, over all of its launches.
    package var processes: Int64?
    /// RLIMIT_STACK, soft and hard. Fixed, because "unlimited" changes the memory layout.
    package var stackBytes: Int64
    /// RLIMIT_MEMLOCK.
    package var lockedMemoryBytes: Int64?
    /// RLIMIT_AS, per process.
    package var addressSpaceBytes: Int64?
    /// RLIMIT_CPU in whole seconds, per process: a backstop behind `wall`.
    package var processorSeconds: Int64?
    /// For all processes together; `nil` makes no control group.
    package var group: GroupLimits?
    /// Ends a program that fills the file system that the attempt stands on.
    package var disk: DiskFloor?

    /// How much must stay free at a path, and how much a program may write below it.
    package struct DiskFloor: Sendable, Equatable {
        package var path: String
        package var bytes: Int64
        /// `nil` sets no bound but the floor.
        package var useBytes: Int64?

        package init(path: String, bytes: Int64, useBytes: Int64? = nil) {
            self.path = path
            self.bytes = bytes
            self.useBytes = useBytes
        }
    }

    /// The soft and the hard value of a resource limit.
    package struct Range: Sendable, Equatable {
        package var soft: Int64
        package var hard: Int64

        package init(soft: Int64, hard: Int64) {
            self.soft = soft
            self.hard = hard
        }
    }

    package init(
        wall: Duration? = nil, silence: Duration? = nil, grace: Duration = .seconds(10),
        outputKillBytes: Int64 = 256 << 20, fileSizeBytes: Int64? = nil,
        openFiles: Range = Range(soft: 1024, hard: 65536), processes: Int64? = nil,
        stackBytes: Int64 = 8 << 20, lockedMemoryBytes: Int64? = 64 << 20,
        addressSpaceBytes: Int64? = nil, processorSeconds: Int64? = nil,
        group: GroupLimits? = nil, disk: DiskFloor? = nil
    ) {
        self.wall = wall
        self.silence = silence
        self.grace = grace
        self.outputKillBytes = outputKillBytes
        self.fileSizeBytes = fileSizeBytes
        self.openFiles = openFiles
        self.processes = processes
        self.stackBytes = stackBytes
        self.lockedMemoryBytes = lockedMemoryBytes
        self.addressSpaceBytes = addressSpaceBytes
        self.processorSeconds = processorSeconds
        self.group = group
        self.disk = disk
    }
}
