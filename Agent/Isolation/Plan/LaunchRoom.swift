/// What a program may see and reach of its host. The launcher gives as much of it as it can.
///
/// Source: isolation-and-counters.md, section 3.4.
package struct LaunchRoom: Sendable, Equatable {
    /// A folder or file of the host that the program sees.
    package struct Share: Sendable, Equatable {
        /// Absolute path on the host.
        package var host: String
        /// Absolute path for the program.
        package var inside: String
        package var isWritable: Bool

        package init(_ host: String, at inside: String? = nil, isWritable: Bool = false) {
            self.host = host
            self.inside = inside ?? host
            self.isWritable = isWritable
        }
    }

    /// What stands at `/tmp`.
    package enum Temporary: Sendable, Equatable {
        /// Gone after the launch, counted as the program's memory.
        case memory(bytes: Int64)
        /// A folder of the host, which the program's user owns.
        case folder(String)
    }

    /// Where an attempt's own folder stands inside, on every host and in every attempt, so that
    /// paths in builds and the length of arguments do not differ between two measurements.
    package static let workspace = "/workspace"

    /// A folder in a share that the program may change without changing it.
    package struct View: Sendable, Equatable {
        /// Absolute path for the program.
        package var inside: String
        /// Of what it changes, which is counted as its memory.
        package var bytes: Int64

        package init(_ inside: String, bytes: Int64) {
            self.inside = inside
            self.bytes = bytes
        }
    }

    /// Later ones may stand inside of earlier ones.
    package var shares: [Share]
    /// Given only where the host is able to; see `LaunchAbilities.makesViews`.
    package var views: [View]
    package var temporary: Temporary
    /// The host's network; otherwise a loopback device and nothing else.
    package var hasNetwork: Bool
    /// Whether the program may open counters itself.
    package var mayCount: Bool

    package init(
        shares: [Share] = [], views: [View] = [], temporary: Temporary = .memory(bytes: 1 << 30),
        hasNetwork: Bool = false, mayCount: Bool = false
    ) {
        self.shares = shares
        self.views = views
        self.temporary = temporary
        self.hasNetwork = hasNetwork
        self.mayCount = mayCount
    }
}
