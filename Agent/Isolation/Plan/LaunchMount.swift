/// One step of making the file system that a program sees, as `fleetmark-launch/plan.h` has it.
struct LaunchMount: Sendable, Equatable {
    enum Kind: UInt32, Sendable {
        /// `source` of the host.
        case bind = 1
        case memory = 2
        case processes = 3
        case terminals = 4
        case folder = 5
        /// `source` is the link's text.
        case link = 6
        /// What is at the target already, over itself.
        case again = 7
        /// What is at the target already; `bytes` for what changes.
        case view = 8
    }

    struct Options: OptionSet, Sendable {
        let rawValue: UInt32
        static let readOnly = Self(rawValue: 1)
        static let noSetUser = Self(rawValue: 2)
        static let noDevices = Self(rawValue: 4)
        static let noExecution = Self(rawValue: 8)
        static let recursive = Self(rawValue: 16)
        /// Skipped without a source.
        static let optional = Self(rawValue: 32)
        /// Belongs to the program's user.
        static let owned = Self(rawValue: 64)
        /// Skipped where nothing is to be covered.
        static let cover = Self(rawValue: 128)
    }

    var kind: Kind
    var source = ""
    var target: String
    var options: Options = []
    var mode: UInt32 = 0o755
    var bytes: UInt64 = 0
}
