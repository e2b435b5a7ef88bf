package import LinuxSystem

/// What each control group of the host has used of its processors at one instant.
///
/// Sources: `cpu.stat` of cgroups(7), second version; `cpuacct.usage` of the first.
package struct GroupTimes: Sendable, Equatable {
    /// A group and the time that it used in a span, its subgroups left out.
    package struct Use: Sendable, Equatable {
        /// Below the hierarchy's root: `/system.slice/cron.service`; `/` is the kernel's own and
        /// whatever belongs to no group.
        package let group: String
        package let milliseconds: Double

        package init(group: String, milliseconds: Double) {
            self.group = group
            self.milliseconds = milliseconds
        }
    }

    /// Groups of measured programs; their folders' names begin so in every hierarchy.
    private static let measured = "fleetmark-run-"
    private static let depthLimit = 6
    private static let groupLimit = 500
    /// Files of a group, by what stands before their first dot; all else is a group below.
    private static let files: Set<String> = [
        "cgroup", "cpu", "cpuacct", "cpuset", "memory", "io", "pids", "hugetlb", "misc", "rdma",
        "irq", "freezer", "blkio", "devices", "net_cls", "net_prio", "perf_event", "tasks",
        "notify_on_release", "release_agent",
    ]

    /// Nanoseconds by path, with all below it.
    private var used: [String: Int64] = [:]
    /// Those that hold groups of measured programs.
    private var holders: Set<String> = []

    /// `nil` where no hierarchy counts time.
    package init?(reading tree: KernelTree) {
        guard let hierarchy = Hierarchy(tree), let whole = hierarchy.nanoseconds("/") else {
            return nil
        }
        used["/"] = whole
        visit("/", 0, hierarchy)
    }

    private mutating func visit(_ path: String, _ depth: Int, _ hierarchy: Hierarchy) {
        guard depth < Self.depthLimit else { return }
        for name in hierarchy.names(in: path) where used.count < Self.groupLimit {
            let isFile = Self.files.contains(String(name.prefix { $0 != "." }))
            guard !isFile else { continue }
            let below = path == "/" ? "/" + name : path + "/" + name
            if name.hasPrefix(Self.measured) {
                holders.insert(path)
                continue
            }
            guard let nanoseconds = hierarchy.nanoseconds(below) else { continue }
            used[below] = nanoseconds
            visit(below, depth + 1, hierarchy)
        }
    }

    /// The groups that used most since `before`, the most first, without the measured programs.
    ///
    /// `own`: nanoseconds of the measured programs, which the group around theirs keeps.
    package func uses(since before: GroupTimes, own: Int64, limit: Int = 5) -> [Use] {
        let holders = holders.union(before.holders)
        let rises = used.map { path, now in
            var rise = now &- (before.used[path] ?? 0)
            if holders.contains(where: { Self.contains(path, $0) }) { rise = rise &- own }
            return (path: path, rise: max(0, rise))
        }
        var alone = Dictionary(uniqueKeysWithValues: rises)
        for (path, rise) in rises {
            if let parent = Self.parent(of: path) { alone[parent, default: 0] -= rise }
        }
        return alone.filter { $0.value >= 1_000_000 }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
            .map { Use(group: $0.key, milliseconds: Double($0.value) * 1e-6) }
    }

    private static func contains(_ path: String, _ holder: String) -> Bool {
        path == "/" || holder == path || holder.hasPrefix(path + "/")
    }

    private static func parent(of path: String) -> String? {
        guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Where the groups are whose time is counted.
    private struct Hierarchy {
        private static let unified = "/sys/fs/cgroup"
        private static let legacy = ["/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup/cpu,cpuacct"]

        let tree: KernelTree
        private let place: String
        private let isLegacy: Bool

        init?(_ tree: KernelTree) {
            self.tree = tree
            if (try? tree.bytes(Self.unified + "/cgroup.controllers", limitBytes: 4096)) != nil {
                (place, isLegacy) = (Self.unified, false)
                return
            }
            let found = Self.legacy.first {
                (try? tree.bytes($0 + "/cpuacct.usage", limitBytes: 64)) != nil
            }
            guard let found else { return nil }
            (place, isLegacy) = (found, true)
        }

        func names(in path: String) -> [String] { tree.names(in: folder(path)) }

        func nanoseconds(_ path: String) -> Int64? {
            let file = folder(path) + (isLegacy ? "/cpuacct.usage" : "/cpu.stat")
            guard let bytes = try? tree.bytes(file, limitBytes: 1 << 16) else { return nil }
            guard isLegacy else {
                guard let used = KernelWords.value(of: "usage_usec", in: bytes) else { return nil }
                let (nanoseconds, overflow) = used.multipliedReportingOverflow(by: 1000)
                return overflow ? nil : nanoseconds
            }
            return KernelWords.lines(bytes).first.flatMap(KernelWords.number)
        }

        private func folder(_ path: String) -> String { path == "/" ? place : place + path }
    }
}
