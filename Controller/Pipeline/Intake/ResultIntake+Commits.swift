import CommitGraph
import FleetModel
import Storage

extension ResultIntake {
    /// How far back a run is looked for that the new one is compared with.
    private static let commitsSearched = 200
    private static let runsSearched = 500

    /// What is known of the commit, and the commits before it, newest first.
    ///
    /// The repository's word counts; a commit that it does not have, or a remote that does not
    /// answer, leaves what the sender declares.
    func revision(
        _ declared: Declaration, at now: ServerTime
    ) async throws -> (RevisionStore.Revision, line: [CommitHash]) {
        let (commit, repository) = (declared.commit, declared.repository)
        do {
            let source = try submitter.source(of: repository)
            let graph = submitter.graph
            _ = try await graph.resolve(try CommitReference(commit.text), in: source)
            guard let details = try await graph.details(of: [commit], in: source).first else {
                throw CommitGraphFailure.referenceUnknown(commit.text)
            }
            let places = try await submitter.places(
                of: [commit], in: repository, of: declared.project)
            let line = try await graph.history(
                of: commit, limit: Self.commitsSearched, in: source)
            return (
                RevisionStore.Revision(details, place: places[commit]),
                line.filter { $0 != commit }
            )
        } catch is CommitGraphFailure {
            let parents = [declared.parent].compactMap(\.self)
            let time = declared.committedAt ?? declared.measuredAt ?? now
            return (
                RevisionStore.Revision(
                    commit: commit, parents: parents, author: "", subject: "", authorTime: time,
                    commitTime: time), parents
            )
        }
    }

    /// The newest run of the nearest commit before, with results of the same class of hosts that
    /// nobody took out of the series.
    func base(
        of revision: RevisionStore.Revision, among line: [CommitHash], _ declared: Declaration
    ) async throws -> (base: RunRecord.Base, run: RunID)? {
        var filter = RunStore.Filter()
        filter.project = declared.project.id
        filter.hostClass = declared.host.hostClass
        let runs = try await submitter.stores.runs.runs(filter, limit: Self.runsSearched)
            .filter { $0.isWhole || $0.state == .processing }
        let byCommit = Dictionary(grouping: runs, by: \.commit)
        for commit in line {
            guard let candidates = byCommit[commit]?.map(\.id) else { continue }
            let excluded = try await submitter.stores.runs.exclusions.wholly(candidates)
            guard let run = candidates.first(where: { !excluded.contains($0) }) else { continue }
            let how = revision.parents.first == commit ? "parent" : "ancestor"
            return (RunRecord.Base(commit: commit, how: how), run)
        }
        return nil
    }
}
