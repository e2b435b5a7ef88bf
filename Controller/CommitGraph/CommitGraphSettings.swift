package import GitRemote

/// How the controller keeps its mirrors.
package struct CommitGraphSettings: Sendable {
    /// The folder of all mirrors, absolute; made when missing, readable by its owner alone.
    package var root: String
    package var transports: Set<RemoteURL.Transport>
    /// How long a caller waits for a remote.
    package var patience: Duration
    /// How long one fetch may take, also when nobody waits for it any more.
    package var fetchLimit: Duration
    /// How long git may take for a question that needs no remote.
    package var queryLimit: Duration
    /// PATH of git and of what it starts.
    package var searchPath: String

    package init(
        root: String, transports: Set<RemoteURL.Transport> = RemoteURL.standardTransports,
        patience: Duration = .seconds(10), fetchLimit: Duration = .seconds(900),
        queryLimit: Duration = .seconds(60), searchPath: String = "/usr/local/bin:/usr/bin:/bin"
    ) {
        self.root = root
        self.transports = transports
        self.patience = patience
        self.fetchLimit = fetchLimit
        self.queryLimit = queryLimit
        self.searchPath = searchPath
    }
}
