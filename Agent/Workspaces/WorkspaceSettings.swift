package import FleetModel
package import GitRemote
package import Isolation

/// Where the agent keeps repositories and checkouts, and as whom it works on them.
package struct WorkspaceSettings: Sendable {
    /// Absolute, without blanks and quotes. Holds `mirrors`, `builds` and `attempts`.
    package var root: String
    /// Owns the mirrors and speaks to remotes. Required when the agent is root; otherwise nil,
    /// and everything belongs to the agent's user.
    package var fetchIdentity: ProcessIdentity?
    /// Owns the checkouts and builds in them. Not `fetchIdentity`, so that no build reads a
    /// credential or another repository's mirror.
    package var workIdentity: ProcessIdentity?
    /// The same for the base of a comparison, so that neither side's code can touch the other's.
    /// Nil for `workIdentity`.
    package var baseIdentity: ProcessIdentity?
    package var transports: Set<RemoteURL.Transport>
    /// Which addresses may be fetched from, of repositories and of their submodules.
    package var allows: @Sendable (_ address: String) -> Bool
    /// For each fetch from a remote.
    package var fetchLimit: Duration
    /// For each git call that needs no remote.
    package var localLimit: Duration
    /// PATH of git and of what it starts.
    package var searchPath: String
    package var rooms: RoomSettings
    /// For finished builds that are kept, of all repositories together; 0 keeps none.
    package var buildCacheBytes: Int64

    package init(
        root: String, fetchIdentity: ProcessIdentity? = nil,
        workIdentity: ProcessIdentity? = nil, baseIdentity: ProcessIdentity? = nil,
        transports: Set<RemoteURL.Transport> = RemoteURL.standardTransports,
        allows: @escaping @Sendable (_ address: String) -> Bool = { _ in true },
        fetchLimit: Duration = .seconds(900),
        localLimit: Duration = .seconds(600), searchPath: String = CleanEnvironment.standardPath,
        rooms: RoomSettings = RoomSettings(), buildCacheBytes: Int64 = 0
    ) {
        self.root = root
        self.fetchIdentity = fetchIdentity
        self.workIdentity = workIdentity
        self.baseIdentity = baseIdentity
        self.transports = transports
        self.allows = allows
        self.fetchLimit = fetchLimit
        self.localLimit = localLimit
        self.searchPath = searchPath
        self.rooms = rooms
        self.buildCacheBytes = buildCacheBytes
    }

    /// Who owns, builds and runs the checkout of a side.
    package func identity(of role: RevisionRole) -> ProcessIdentity? {
        role == .base ? baseIdentity ?? workIdentity : workIdentity
    }
}
