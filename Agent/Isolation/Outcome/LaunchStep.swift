/// The steps between the launcher's start and the exec, as the launcher numbers them.
///
/// The numbers are `enum fm_step` of `fleetmark-launch/plan.h`.
package enum LaunchStep: UInt32, Sendable, CaseIterable {
    case plan = 1
    case launcher = 2
    case fork = 3
    case session = 4
    case signals = 5
    case descriptors = 6
    case limits = 7
    case affinity = 8
    case addressSpace = 9
    case boundingSet = 10
    case groups = 11
    case group = 12
    case user = 13
    case capabilities = 14
    case parent = 15
    case directory = 16
    case noNewPrivileges = 17
    case verify = 18
    case resolve = 19
    case exec = 20
    case userMap = 21
    case network = 22
    case hostName = 23
    case mount = 24
    case root = 25
    case controlGroups = 26
    case scheduler = 27
    case filter = 28

    /// What was being done, for a message.
    package var summary: String {
        switch self {
        case .plan: "reading the plan"
        case .launcher: "preparing the launcher"
        case .fork: "making the process"
        case .session: "making a session"
        case .signals: "resetting signals"
        case .descriptors: "closing descriptors"
        case .limits: "setting resource limits"
        case .affinity: "choosing processors"
        case .addressSpace: "turning address randomisation off"
        case .boundingSet: "dropping the capability bounding set"
        case .groups: "dropping supplementary groups"
        case .group: "changing the group"
        case .user: "changing the user"
        case .capabilities: "dropping capabilities"
        case .parent: "binding the program to its launcher"
        case .directory: "entering the launch folder"
        case .noNewPrivileges: "forbidding new privileges"
        case .verify: "reading back what is in force"
        case .resolve: "finding the program"
        case .exec: "executing the program"
        case .userMap: "naming the user of a user namespace"
        case .network: "starting the loopback device"
        case .hostName: "setting the host name"
        case .mount: "making the program's file system"
        case .root: "entering the program's file system"
        case .controlGroups: "entering the control groups"
        case .scheduler: "choosing the scheduling class"
        case .filter: "filtering system calls"
        }
    }
}
