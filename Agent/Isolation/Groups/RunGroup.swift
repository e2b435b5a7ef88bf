import Glibc
import LinuxSystem

/// The control groups of one launch, from before its program begins until all of it has ended.
final class RunGroup: Sendable {
    /// How long a group whose last process is ending may keep its folder.
    private static let removalTries = 50
    private static let removalPause: UInt32 = 20_000

    private let unified: GroupFolder?
    private let legacy: [String: GroupFolder]
    /// The folder that the program is born in; closed with this object.
    let leafNumber: CInt?
    /// Files that the program's process enters its other groups by; closed with this object.
    let entrances: [CInt]
    /// What was not to be had, for the receipt.
    let refusals: [Degradation]
    /// Whether a limit of memory stands.
    let limitsMemory: Bool
    let ownsCPUs: Bool
    /// The program cannot leave its processors.
    let holdsCPUs: Bool
    private let reservation: PartitionRecord?

    init(
        name: String, base: GroupFolder?, isUnified: Bool, legacy: [String: GroupFolder],
        limits: GroupLimits
    ) {
        var making = GroupMaking(limits: limits)
        unified = base.flatMap { making.makeUnified($0.below(name), hasControllers: isUnified) }
        leafNumber = unified.flatMap { try? $0.open().duplicatedRaw() }
        var made: [String: GroupFolder] = [:]
        var files: [CInt] = []
        var entered: Set<String> = []
        for (controller, parent) in legacy.sorted(by: { $0.key < $1.key }) {
            guard let folder = making.makeLegacy(controller, parent, name) else { continue }
            made[controller] = folder
            // Controllers that are mounted together have one folder.
            guard !entered.contains(folder.path),
                let entrance = try? folder.open("cgroup.procs").duplicatedRaw()
            else { continue }
            entered.insert(folder.path)
            files.append(entrance)
        }
        self.legacy = made
        entrances = files
        refusals = making.refusals
        limitsMemory = making.limitsMemory
        ownsCPUs = making.ownsCPUs
        holdsCPUs = making.holdsCPUs
        reservation = making.reservation
    }

    deinit { for number in entrances + [leafNumber].compactMap(\.self) { close(number) } }

    /// The folder that holds this group and those of other launches, so that the receipts of two
    /// launches do not differ by a number.
    var parent: String {
        let first = legacy.min { $0.key < $1.key }?.value
        let path = (legacy["memory"] ?? first ?? unified)?.path ?? ""
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    /// Where counters of this group can be opened: in the first version's hierarchy if that has
    /// them, otherwise in the second's.
    var countedFolder: String? {
        (legacy["perf_event"] ?? unified).map { $0.tree.root + $0.path }
    }

    /// Whose limits hold: those of the first or of the second version.
    var version: Int { legacy.keys.contains { $0 != "perf_event" } ? 1 : 2 }

    /// Looks at what the group's memory is, where the kernel keeps no peak of it.
    func memorySampler() -> MemorySampler? {
        limitsMemory ? unified.flatMap { MemorySampler($0) } : nil
    }

    func account() -> GroupAccounting {
        var accounting = GroupAccounting()
        for (controller, folder) in legacy { accounting.add(controller, legacy: folder) }
        if let unified { accounting.add(unified: unified) }
        return accounting
    }

    /// Ends whatever is still inside and removes the folders; the next start tries again those that
    /// could not be removed.
    func remove() {
        if let ended = unified ?? legacy["freezer"] { GroupEnding(folder: ended).run() }
        for folder in [unified].compactMap(\.self) + legacy.values { _ = Self.isRemoved(folder) }
        reservation?.restore()
    }

    static func isRemoved(_ folder: GroupFolder) -> Bool {
        for round in 0..<removalTries {
            if folder.remove() { return true }
            if round < removalTries - 1 { usleep(removalPause) }
        }
        return false
    }
}

extension OwnedDescriptor {
    /// A second number of the same file that nobody owns.
    fileprivate consuming func duplicatedRaw() throws(SystemCallFailure) -> CInt {
        let number = rawValue
        return try retryingOnInterrupt("fcntl F_DUPFD_CLOEXEC") {
            fcntl(number, F_DUPFD_CLOEXEC, 0)
        }
    }
}
