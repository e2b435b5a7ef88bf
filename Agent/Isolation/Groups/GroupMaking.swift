import LinuxSystem

/// Makes the folders of one launch's groups and writes their limits; keeps what was refused.
struct GroupMaking {
    let limits: GroupLimits
    private(set) var refusals: [Degradation] = []
    private(set) var limitsMemory = false
    private(set) var ownsCPUs = false
    private(set) var holdsCPUs = false
    /// What groups above had set aside before, to be put back.
    private(set) var reservation: PartitionRecord?

    init(limits: GroupLimits) { self.limits = limits }

    /// `hasControllers`: without them the group only counts and kills.
    mutating func makeUnified(_ folder: GroupFolder, hasControllers: Bool) -> GroupFolder? {
        guard make(folder) else { return nil }
        guard hasControllers else { return folder }
        if !limits.cpus.isEmpty {
            holdsCPUs = write(CPUList.text(of: limits.cpus), to: "cpuset.cpus", in: folder)
            if holdsCPUs && limits.ownsCPUs { ownsCPUs = partition(folder) }
        }
        if let bytes = limits.memoryBytes {
            limitsMemory = write("\(bytes)", to: "memory.max", in: folder)
            // Kernels without swap accounting have no such file, and hosts without swap no need.
            try? folder.write("0", to: "memory.swap.max")
            try? folder.write("1", to: "memory.oom.group")
        }
        if let count = limits.processes {
            _ = write("\(count)", to: "pids.max", in: folder)
        }
        return folder
    }

    /// One processor is taken out of the kernel's balancing altogether; several need it among
    /// themselves, or threads stay stacked where they started.
    private mutating func partition(_ folder: GroupFolder) -> Bool {
        let wanted = limits.cpus.count == 1 ? "isolated" : "root"
        do throws(SystemCallFailure) {
            try reserve(limits.cpus, for: folder)
            try folder.write(wanted, to: "cpuset.cpus.partition")
        } catch {
            refusals.append(
                .partitionRefused(
                    SystemCallFailure.text(of: error.errno), errno: error.errno))
            return false
        }
        let found = folder.text("cpuset.cpus.partition") ?? ""
        guard found == wanted else {
            refusals.append(.partitionRefused(found, errno: nil))
            try? folder.write("member", to: "cpuset.cpus.partition")
            return false
        }
        return true
    }

    /// A partition whose parent is none needs its processors set aside in every group above it
    /// (kernel 6.7 and later); the root has no such file.
    private mutating func reserve(
        _ cpus: [Int], for folder: GroupFolder
    ) throws(SystemCallFailure) {
        let file = PartitionRecord.file
        guard folder.text(file) != nil else { return }
        var above: [PartitionRecord.Entry] = []
        var next = folder.parent
        while let group = next, let text = group.text(file) {
            let held = CPUList.parse(text) ?? []
            above.append(
                .init(
                    path: group.path, original: text, wanted: CPUList.text(of: held + cpus)))
            next = group.parent
        }
        if !above.isEmpty {
            reservation = try PartitionRecord(folder.tree, name: folder.name, above)
            reservation?.reserve()
        }
        try? folder.write(CPUList.text(of: cpus), to: file)
    }

    /// Returns: `nil` when the controller gives nothing to this launch.
    mutating func makeLegacy(
        _ controller: String, _ parent: GroupFolder, _ name: String
    ) -> GroupFolder? {
        let folder = parent.below(name)
        switch controller {
        case "cpuset":
            guard !limits.cpus.isEmpty, make(folder) else { return nil }
            // Without memory nodes no process can enter.
            let nodes = parent.text("cpuset.effective_mems") ?? parent.text("cpuset.mems") ?? "0"
            guard write(nodes.isEmpty ? "0" : nodes, to: "cpuset.mems", in: folder),
                write(CPUList.text(of: limits.cpus), to: "cpuset.cpus", in: folder)
            else { return discard(folder) }
            holdsCPUs = true
        case "memory":
            guard let bytes = limits.memoryBytes, make(folder) else { return nil }
            guard write("\(bytes)", to: "memory.limit_in_bytes", in: folder) else {
                return discard(folder)
            }
            try? folder.write("\(bytes)", to: "memory.memsw.limit_in_bytes")
            limitsMemory = true
        case "pids":
            guard let count = limits.processes, make(folder) else { return nil }
            guard write("\(count)", to: "pids.max", in: folder) else { return discard(folder) }
        case "cpuacct", "perf_event", "freezer": return make(folder) ? folder : nil
        default: return nil
        }
        return folder
    }

    private func discard(_ folder: GroupFolder) -> GroupFolder? {
        _ = folder.remove()
        return nil
    }

    private mutating func make(_ folder: GroupFolder) -> Bool {
        do throws(SystemCallFailure) {
            try folder.make()
            return true
        } catch {
            refusals.append(.groupRefused(folder.path, error))
            return false
        }
    }

    private mutating func write(_ text: String, to file: String, in folder: GroupFolder) -> Bool {
        do throws(SystemCallFailure) {
            try folder.write(text, to: file)
            return true
        } catch {
            refusals.append(.groupRefused("\(folder.path)/\(file)", error))
            return false
        }
    }
}
