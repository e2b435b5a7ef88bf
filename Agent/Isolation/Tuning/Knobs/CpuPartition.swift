package import LinuxSystem

/// A cpuset partition: the scheduler keeps other tasks off its processors.
///
/// Given a group of version 2 that stays as long as the span does; whoever makes the groups makes
/// it. The kernel's own words are the reason when it refuses.
package struct CpuPartition: Sendable, Equatable {
    package enum Mode: String, Sendable {
        /// Without load balancing, inside as well: for one processor, or programs that pin
        /// themselves; threads of others would stay where they started.
        case isolated
        /// For several processors.
        case root
    }

    /// Absolute, below the mounted tree.
    package let folder: String
    package let cpus: [Int]
    package let mode: Mode
    /// `cpuset.cpus.exclusive` (kernel 6.7): a partition may lie deep in the tree.
    package let isRemote: Bool

    package init(folder: String, cpus: [Int], mode: Mode? = nil, isRemote: Bool = false) {
        self.folder = folder
        self.cpus = cpus.sorted()
        self.mode = mode ?? (cpus.count == 1 ? .isolated : .root)
        self.isRemote = isRemote
    }

    /// Remote where the group has the file for it.
    package init(folder: String, cpus: [Int], reading files: some KernelFiles) {
        self.init(
            folder: folder, cpus: cpus,
            isRemote: files.exists("\(folder)/cpuset.cpus.exclusive"))
    }

    /// Processors first: without them a group cannot become a partition.
    package var settings: [KnobSetting] {
        let list = CPUList.text(of: cpus)
        var settings = [
            KnobSetting("partition", "\(folder)/cpuset.cpus", form: .list, wanted: list)
        ]
        if isRemote {
            settings.append(
                KnobSetting(
                    "partition", "\(folder)/cpuset.cpus.exclusive", form: .list, wanted: list))
        }
        settings.append(
            KnobSetting(
                "partition", "\(folder)/cpuset.cpus.partition", form: .firstWord,
                wanted: mode.rawValue))
        return settings
    }
}
