package import LinuxSystem

/// What the host lets the agent put around its launches.
package struct LaunchAbilities: Sendable {
    /// Nothing but what every process may do to itself.
    package static let none = LaunchAbilities()

    /// All that a launch in a room gets; empty where the kernel or a container refuses them.
    package var namespaces: Set<LaunchNamespace> = []
    package var filtersCalls = false
    /// Whether a program can be given a folder to change without changing it (overlayfs).
    package var makesViews = false
    /// Whether a program can have processors that nobody else is put on.
    package var givesPartitions = false
    package var groups: ControlGroups?
    package var layout = HostLayout()
    /// What is missing, with advice.
    package var degradations: [Degradation] = []

    /// A HOME that is thrown away after each execution.
    package static let homeItem = "home"
    /// All walls at once, and processors of its own.
    package static let fullItem = "isolation.full"

    package init() {}

    /// What these give, in the words of a project file's `requires`.
    package var items: Set<String> {
        var items = Set(namespaces.map { "namespace.\($0.rawValue)" })
        if namespaces.contains(.mount) { items.formUnion(["namespaces", "filesystem"]) }
        if namespaces.contains(.net) { items.insert("network") }
        if filtersCalls { items.insert("seccomp") }
        if makesViews { items.insert(Self.homeItem) }
        if let groups, groups.kind != .none {
            items.formUnion(["cgroup"] + groups.offered.map { "cgroup.\($0)" })
        }
        let isWhole = namespaces.isSuperset(of: [.mount, .pid, .net, .ipc, .uts])
        if isWhole, filtersCalls, givesPartitions { items.insert(Self.fullItem) }
        return items
    }

    /// Which paths a program in a room sees.
    package var view: LaunchView { namespaces.contains(.mount) ? .room : .host }
}

/// Which paths a program sees: those of its host, or those of its room.
package enum LaunchView: Sendable, Equatable {
    case host
    case room
}
