import CommitGraph
import FleetModel
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

    /// A commit from which positions are counted.
    func anchor(in repository: RepositoryID) async throws -> (commit: CommitHash, position: Int)? {
        try await stores.revisions.anchor(in: repository).map {
            ($0.commit, Int(clamping: $0.position))
        }
    }
}
