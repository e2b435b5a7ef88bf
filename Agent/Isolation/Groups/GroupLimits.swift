/// What one launch may take of the host, all of its processes together.
package struct GroupLimits: Sendable, Equatable {
    /// Logical processors; empty leaves them alone.
    package var cpus: [Int]
    /// Whether nobody else may run on them (a partition; cgroup v2 only).
    package var ownsCPUs: Bool
    /// Memory and page cache together; swap is off in any case.
    package var memoryBytes: Int64?
    /// Processes and threads.
    package var processes: Int64?

    package init(
        cpus: [Int] = [], ownsCPUs: Bool = false, memoryBytes: Int64? = nil,
        processes: Int64? = 4096
    ) {
        self.cpus = cpus
        self.ownsCPUs = ownsCPUs
        self.memoryBytes = memoryBytes
        self.processes = processes
    }
}
