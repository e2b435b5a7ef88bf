/// A part of the system that a launch has for itself (namespaces(7)).
package enum LaunchNamespace: String, Sendable, CaseIterable {
    case mount, pid, net, ipc, uts, user

    /// The launcher's bit, FM_SPACE_* of `fleetmark-launch/plan.h`.
    var bit: UInt32 {
        switch self {
        case .mount: 1
        case .pid: 2
        case .net: 4
        case .ipc: 8
        case .uts: 16
        case .user: 32
        }
    }

    static func bits(_ set: Set<LaunchNamespace>) -> UInt32 { set.reduce(0) { $0 | $1.bit } }

    static func set(_ bits: UInt32) -> Set<LaunchNamespace> {
        Set(allCases.filter { bits & $0.bit != 0 })
    }
}
