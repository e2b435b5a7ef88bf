import FleetModel
import Synchronization

/// Answers questions about the commits of repositories from local mirrors.
///
/// Enters: repositories with checked addresses, references and paths from outside. Leaves:
/// commits, their order and their words, and small files at a commit. Questions about names ask
/// the remote first; questions about known commits never do.
package final class CommitGraph: Sendable {
    private let settings: CommitGraphSettings
    private let git: GitCommand
    private let fetches: SharedFetches
    private let opened = Mutex<Set<RepositoryID>>([])

    package init(
        settings: CommitGraphSettings, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.settings = settings
        self.git = GitCommand(clock: clock)
        self.fetches = SharedFetches(clock: clock)
    }

    /// Fetches branches and tags. One fetch per repository runs at a time; who asks meanwhile
    /// shares it, so the answer may be as old as that fetch's start.
    ///
    /// After `patience` (`nil` waits as the settings say) this call throws `remoteTimeout`, and
    /// the fetch goes on.
    package func refresh(
        _ repository: RepositorySource, patience: Duration? = nil
    ) async throws(CommitGraphFailure) {
        let mirror = mirror(of: repository)
        try await fetches.join(
            repository.id, patience: patience ?? settings.patience,
            fetch: {
                do throws(CommitGraphFailure) {
                    try await mirror.update()
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
        ).get()
    }

    /// Ends running fetches; later ones are refused with `cancelled`.
    package func close() async {
        await fetches.close()
    }

    /// The mirror of a repository, brought up when it has none yet.
    func openMirror(
        of repository: RepositorySource
    ) async throws(CommitGraphFailure) -> CommitMirror {
        let mirror = mirror(of: repository)
        if !mirror.exists { try await refresh(repository) }
        return mirror
    }

    /// The same without asking the remote; nil where there is none yet.
    func knownMirror(of repository: RepositorySource) -> CommitMirror? {
        let mirror = mirror(of: repository)
        return mirror.exists ? mirror : nil
    }

    private func mirror(of repository: RepositorySource) -> CommitMirror {
        let mirror = CommitMirror(source: repository, settings: settings, git: git)
        opened.withLock { opened in
            if opened.insert(repository.id).inserted { mirror.removeStaleLocks() }
        }
        return mirror
    }
}
