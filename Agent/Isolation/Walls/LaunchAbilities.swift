package import LinuxSystem

/// What the host lets the agent put around its launches.
package struct LaunchAbilities: Sendable {
    /// Nothing but what every process may do to itself.
    package static let none = LaunchAbilities()

    /// All that a launch in a room gets; empty where the kernel or a container refuses them.
    package var namespaces: Set<LaunchNamespace> = []
    package var filtersCalls = false
    package var groups: ControlGroups?
    package var layout = HostLayout()
    /// What is missing, with advice.
    package var degradations: [Degradation] = []

    package init() {}

    /// Which paths a program in a room sees.
    package var view: LaunchView { namespaces.contains(.mount) ? .room : .host }
}

/// Which paths a program sees: those of its host, or those of its room.
package enum LaunchView: Sendable, Equatable {
    case host
    case room
}
