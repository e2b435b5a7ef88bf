package import Isolation

/// What the programs of attempts may see and take of this host besides their own folders.
package struct RoomSettings: Sendable, Equatable {
    /// Further folders of the host that they may read, such as toolchains outside of `/usr` and
    /// `/opt`.
    package var readable: [String]
    /// Folders that they may change, too: what one program leaves there, the next one finds.
    package var writable: [String]
    /// Size of `/tmp` while something is measured.
    package var temporaryBytes: Int64
    /// For all processes of one launch; `nil` sets no bound.
    package var memoryBytes: Int64?
    package var processes: Int64
    /// What must stay free where the workspaces stand.
    package var diskFloorBytes: Int64
    /// Logical processors for fetching and building; empty inherits the agent's.
    package var cpus: [Int]

    package init(
        readable: [String] = [], writable: [String] = [], temporaryBytes: Int64 = 1 << 30,
        memoryBytes: Int64? = nil, processes: Int64 = 4096, diskFloorBytes: Int64 = 512 << 20,
        cpus: [Int] = []
    ) {
        self.readable = readable
        self.writable = writable
        self.temporaryBytes = temporaryBytes
        self.memoryBytes = memoryBytes
        self.processes = processes
        self.diskFloorBytes = diskFloorBytes
        self.cpus = cpus
    }

    var shares: [LaunchRoom.Share] {
        readable.map { LaunchRoom.Share($0) }
            + writable.map { LaunchRoom.Share($0, isWritable: true) }
    }

    /// The bounds of one launch whose files stand at a path.
    package func apply(to limits: LaunchLimits, at path: String) -> LaunchLimits {
        var limits = limits
        limits.disk = LaunchLimits.DiskFloor(path: path, bytes: diskFloorBytes)
        limits.group = GroupLimits(memoryBytes: memoryBytes, processes: processes)
        return limits
    }
}
