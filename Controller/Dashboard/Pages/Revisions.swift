import FleetModel
import Storage

/// A commit in its repository: the same hash may stand in several.
struct CommitKey: Hashable, Sendable {
    let repository: RepositoryID
    let commit: CommitHash

    init(_ run: RunRecord) {
        repository = run.repository
        commit = run.commit
    }
}

extension RevisionStore {
    /// What is known of the runs' commits, one transaction a repository.
    func revisions(of runs: [RunRecord]) async throws -> [CommitKey: Revision] {
        var found: [CommitKey: Revision] = [:]
        for (repository, runs) in Dictionary(grouping: runs, by: \.repository) {
            let known = try await revisions(runs.map(\.commit), in: repository)
            for run in runs { found[CommitKey(run)] = known[run.commit] }
        }
        return found
    }
}
