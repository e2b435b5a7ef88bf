package import GitRemote
package import Isolation

/// Where the agent keeps repositories and checkouts, and as whom it works on them.
package struct WorkspaceSettings: Sendable {
    /// Absolute, without blanks and quotes. Holds `mirrors` and `attempts`.
    package var root: String
    /// Owns the mirrors and speaks to remotes. Required when the agent is root; otherwise nil,
    /// and everything belongs to the agent's user.
    package var fetchIdentity: ProcessIdentity?
    /// Owns the checkouts and builds in them. Not `fetchIdentity`, so that no build reads a
    /// credential or another repository's mirror.
    package var workIdentity: ProcessIdentity?
    package var transports: Set<RemoteURL.Transport>
    /// The agent's allow-list for repositories and submodules; nil allows every host.
    package var hosts: Set<String>?
    /// For each fetch from a remote.
    package var fetchLimit: Duration
    /// For each git call that needs no remote.
    package var localLimit: Duration
    /// PATH of git and of what it starts.
    package var searchPath: String

    package init(
        root: String, fetchIdentity: ProcessIdentity? = nil,
        workIdentity: ProcessIdentity? = nil,
        transports: Set<RemoteURL.Transport> = RemoteURL.standardTransports,
        hosts: Set<String>? = nil, fetchLimit: Duration = .seconds(900),
        localLimit: Duration = .seconds(600), searchPath: String = CleanEnvironment.standardPath
    ) {
        self.root = root
        self.fetchIdentity = fetchIdentity
        self.workIdentity = workIdentity
        self.transports = transports
        self.hosts = hosts
        self.fetchLimit = fetchLimit
        self.localLimit = localLimit
        self.searchPath = searchPath
    }
}
