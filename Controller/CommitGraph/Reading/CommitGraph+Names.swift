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

    /// The names of tags by the commits that they stand for, each in order, as of the last fetch;
    /// empty while there is no mirror. Asks no remote.
    package func knownTags(
        of repository: RepositorySource
    ) async throws(CommitGraphFailure) -> [CommitHash: [String]] {
        guard let mirror = knownMirror(of: repository) else { return [:] }
        var tags: [CommitHash: [String]] = [:]
        for reference in try await mirror.references() where reference.kind == .tag {
            tags[reference.commit, default: []].append(reference.name)
        }
        return tags.mapValues { $0.sorted() }
    }

    /// The nearest tag that leads to the commit or stands at it, as `git describe` finds it, with
    /// the commit that it names; nil where there is none.
    package func nearestTag(
        of commit: CommitHash, in repository: RepositorySource
    ) async throws(CommitGraphFailure) -> (name: String, commit: CommitHash)? {
        let mirror = try await openMirror(of: repository)
        try await mirror.require([commit])
        let tags = try await mirror.answer(
            "merged tags",
            ["for-each-ref", "--count=1", "--merged=\(commit.text)", "--", "refs/tags"])
        guard !tags.output.isEmpty else { return nil }
        let reply = try await mirror.answer(
            "nearest tag", ["describe", "--tags", "--abbrev=0", commit.text])
        guard let line = reply.lines.first else { return nil }
        let name = String(line)
        return try await mirror.commit(named: "refs/tags/" + name).map { (name, $0) }
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
