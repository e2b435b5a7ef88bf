/// What people and the system have decided about a host (control plane, §2.4).
package enum HostState: String, Sendable, CaseIterable {
    case pending, calibrating, active, draining, maintenance, quarantined, retired
}

/// What the controller infers from when it last heard of a host.
package enum HostContact: String, Sendable, CaseIterable {
    case online, unreachable, stalled, offline
}
