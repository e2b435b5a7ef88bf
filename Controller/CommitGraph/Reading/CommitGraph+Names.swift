package import FleetModel

extension CommitGraph {
    /// The commit that a text names.
    ///
    /// Tried in this order: full hash, `HEAD` (the default branch), full name of a reference,
    /// branch, tag, unique beginning of a hash. A full hash that is known is answered without
    /// the remote; one that is not is fetched by itself if a refresh does not bring it.
    package func resolve(
        _ reference: CommitReference, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> CommitHash {
        if let hash = CommitHash(reference.text.lowercased()) {
            return try await resolve(hash, in: repository)
        }
        try await refresh(repository)
        let mirror = try await openMirror(of: repository)
        if let commit = try await mirror.commit(named: reference.text) { return commit }
        if let prefix = reference.hashPrefix {
            return try await mirror.commit(beginning: prefix)
        }
        throw .referenceUnknown(reference.text)
    }

    /// Whether the mirror has the commit; asks no remote once there is a mirror.
    package func contains(
        _ commit: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> Bool {
        try await openMirror(of: repository).commits([commit.text]) == [commit]
    }

    /// The branch that the remote's HEAD names; nil when that branch does not exist.
    package func defaultBranch(
        of repository: RepositorySource
    ) async throws(CommitGraphFailure) -> String? {
        let mirror = try await openMirror(of: repository)
        let reply = try await mirror.query("default branch", ["symbolic-ref", "--quiet", "HEAD"])
        let prefix = "refs/heads/"
        guard reply.succeeded, let line = reply.lines.first, line.hasPrefix(prefix) else {
            return nil
        }
        let name = String(line.dropFirst(prefix.count))
        return try await mirror.commit(named: prefix + name) == nil ? nil : name
    }

    /// All branches and tags that stand for commits, as of the last refresh, by full name.
    package func references(
        of repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [RepositoryReference] {
        try await openMirror(of: repository).references()
    }

    private func resolve(
        _ hash: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> CommitHash {
        let mirror = try await openMirror(of: repository)
        if try await mirror.has(hash) { return hash }
        try await refresh(repository)
        if try await mirror.has(hash) { return hash }
        guard try await mirror.fetch(hash), try await mirror.has(hash) else {
            throw .referenceUnknown(hash.text)
        }
        return hash
    }
}
