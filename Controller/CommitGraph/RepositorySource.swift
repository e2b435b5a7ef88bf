package import FleetModel
package import GitRemote

/// A repository as the graph needs it: what its mirror is called and where it comes from.
package struct RepositorySource: Sendable {
    package let id: RepositoryID
    package let url: RemoteURL
    package let credential: GitCredential?

    package init(id: RepositoryID, url: RemoteURL, credential: GitCredential? = nil) {
        self.id = id
        self.url = url
        self.credential = credential
    }
}
