import CommitGraph
package import FleetModel
package import Storage

extension RunSubmitter {
    /// What a branch, a tag or the beginning of a hash names, with its place in the history.
    /// - Throws: `CommitGraphFailure`.
    package func revision(
        _ text: String, of repository: ProjectStore.Repository
    ) async throws -> RevisionStore.Revision {
        let source = try source(of: repository)
        let commit = try await graph.resolve(try CommitReference(text), in: source)
        let details = try await graph.details(of: [commit], in: source)
        let position = try await graph.positions(
            of: [commit], from: try await anchor(in: repository.id), in: source)
        guard let detail = details.first, let place = position[commit] else {
            throw CommitGraphFailure.referenceUnknown(text)
        }
        return RevisionStore.Revision(
            detail,
            place: RevisionStore.HistoryPlace(position: Int64(place), isOnDefault: nil))
    }

    /// How many commits the branch has beside those that lead to this one, as of the last fetch;
    /// nil where nobody knows. Nothing is fetched.
    package func commitsKnown(
        after commit: CommitHash, of branch: String, in repository: ProjectStore.Repository
    ) async -> Int? {
        guard let source = try? source(of: repository) else { return nil }
        return try? await graph.countKnown(after: commit, onBranch: branch, in: source)
    }

    /// The tags of repositories by the commits that they name, as of the last fetch; those that
    /// nobody knows are left out. Nothing is fetched.
    package func tagsKnown(
        of repositories: [ProjectStore.Repository]
    ) async -> [CommitHash: [String]] {
        var tags: [CommitHash: [String]] = [:]
        for repository in repositories {
            guard let source = try? source(of: repository),
                let found = try? await graph.knownTags(of: source)
            else { continue }
            tags.merge(found) { $0 + $1 }
        }
        return tags
    }

    /// A commit from which positions are counted.
    func anchor(in repository: RepositoryID) async throws -> (commit: CommitHash, position: Int)? {
        try await stores.revisions.anchor(in: repository).map {
            ($0.commit, Int(clamping: $0.position))
        }
    }
}
