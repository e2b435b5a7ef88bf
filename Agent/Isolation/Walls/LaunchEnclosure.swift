import LinuxSystem

/// What one launch gets of what its plan asks and the host can give: walls and control groups.
struct LaunchEnclosure: Sendable {
    let walls: LaunchWalls
    let group: RunGroup?
    /// What the host cannot give at all.
    let hostLacks: [Degradation]

    init(_ plan: LaunchPlan, _ abilities: LaunchAbilities) {
        group = plan.limits.group.flatMap { abilities.groups?.make($0) }
        hostLacks = abilities.degradations
        var walls = LaunchWalls()
        walls.hasGroup = group?.leafNumber != nil
        walls.attachCount = group?.entrances.count ?? 0
        if let room = plan.room {
            walls.filtersCalls = abilities.filtersCalls
            walls.mayCount = abilities.filtersCalls && room.mayCount
            walls.namespaces = abilities.namespaces
            if room.hasNetwork { walls.namespaces.remove(.net) }
            if !walls.namespaces.isEmpty {
                var room = room
                if !abilities.makesViews { room.views = [] }
                walls.mounts = RoomMounts(
                    layout: abilities.layout,
                    isUnprivileged: walls.namespaces.contains(.user)
                ).mounts(of: room)
            }
        }
        self.walls = walls
    }

    /// What of several a step was at.
    func subject(of step: LaunchStep, _ which: UInt32) -> String {
        guard step == .mount, which > 0, which <= walls.mounts.count else { return "" }
        return walls.mounts[Int(which) - 1].target
    }

    func memorySampler() -> MemorySampler? { group?.memorySampler() }

    /// `sampledPeak`: the largest look at the group's memory, where the kernel keeps no peak.
    func account(sampledPeak: Int64? = nil) -> GroupAccounting? {
        guard var accounting = group?.account() else { return nil }
        if accounting.memoryPeakBytes == nil, let sampledPeak {
            accounting.memoryPeakBytes = sampledPeak
            accounting.samplesMemoryPeak = true
        }
        return accounting
    }

    func remove() { group?.remove() }
}
