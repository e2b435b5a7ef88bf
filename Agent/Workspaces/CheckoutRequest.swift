package import FleetModel
package import GitRemote

/// One revision that an attempt needs on disk.
package struct CheckoutRequest: Sendable {
    /// Which submodules are filled (project file, §2.2).
    package enum Submodules: String, Sendable {
        case none, top, recursive
    }

    package let repository: RepositoryID
    package let url: RemoteURL
    package let credential: GitCredential?
    package let attempt: AttemptID
    package let role: RevisionRole
    package let commit: CommitHash
    /// Commits of history that the build sees, at least 1; nil for all of it with its tags.
    package var depth: Int?
    package var submodules: Submodules
    /// A unified diff that is applied to the files of the commit.
    package var patch: [UInt8]?

    package init(
        repository: RepositoryID, url: RemoteURL, credential: GitCredential? = nil,
        attempt: AttemptID, role: RevisionRole, commit: CommitHash, depth: Int? = 1,
        submodules: Submodules = .recursive, patch: [UInt8]? = nil
    ) {
        self.repository = repository
        self.url = url
        self.credential = credential
        self.attempt = attempt
        self.role = role
        self.commit = commit
        self.depth = depth.map { max(1, $0) }
        self.submodules = submodules
        self.patch = patch
    }
}

/// A checkout and what belongs to its build. All folders are the working identity's.
package struct Workspace: Sendable, Equatable {
    package let attempt: AttemptID
    package let role: RevisionRole
    package let commit: CommitHash
    /// Holds the files of the commit and a repository of its own in `.git`.
    package let checkout: String
    /// HOME of all build steps; kept as long as the build.
    package let home: String
    /// TMPDIR of all build steps.
    package let temporary: String

    /// Holds the three, and the results of executions beside them.
    package var folder: String {
        checkout.lastIndex(of: "/").map { String(checkout[..<$0]) } ?? checkout
    }
}
