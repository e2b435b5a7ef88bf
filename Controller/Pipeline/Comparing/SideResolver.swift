import CommitGraph
package import FleetModel
package import Storage

/// Finds the run that stands for what somebody names as a side of a comparison.
package struct SideResolver: Sendable {
    let projects: ProjectStore
    let runs: RunStore
    let measurements: MeasurementStore
    let hosts: HostStore
    let names: CommitNames

    /// Looks commits up in a repository.
    package struct CommitNames: Sendable {
        package typealias Resolve =
            @Sendable (_ text: String, _ repository: ProjectStore.Repository) async throws ->
            CommitHash
        package typealias History =
            @Sendable (_ commit: CommitHash, _ repository: ProjectStore.Repository) async throws ->
            [CommitHash]

        let resolve: Resolve
        /// The commit and those before it, newest first.
        let history: History

        package init(resolve: @escaping Resolve, history: @escaping History) {
            self.resolve = resolve
            self.history = history
        }

        package init(_ submitter: RunSubmitter) {
            resolve = { text, repository in
                try await submitter.graph.resolve(
                    try CommitReference(text), in: try submitter.source(of: repository))
            }
            history = { commit, repository in
                try await submitter.graph.history(
                    of: commit, limit: SideResolver.commitsSearched,
                    in: try submitter.source(of: repository))
            }
        }
    }

    package init(
        projects: ProjectStore, runs: RunStore, measurements: MeasurementStore, hosts: HostStore,
        names: CommitNames
    ) {
        self.projects = projects
        self.runs = runs
        self.measurements = measurements
        self.hosts = hosts
        self.names = names
    }

    package enum Side: Hashable, Sendable {
        case run(RunID)
        /// Seven or more digits of a commit.
        case commit(String)
        /// A branch or tag: its newest commit that was measured, at most so far back.
        case ref(String)
        /// A tag: exactly its commit.
        case release(String)
    }

    package enum Refusal: Error, Hashable, Sendable {
        case unknownRun
        case unknownHost(String)
        /// Several commits begin so.
        case ambiguous(String)
        /// Nothing was measured; a revision that could be.
        case notMeasured(String)
    }

    static let commitsSearched = 200
    private static let runsRead = 50

    /// Where the run must have been made; nil narrows nothing.
    package struct Place: Sendable {
        let host: String?
        let hostClass: String?

        package static let any = Place(host: nil, hostClass: nil)

        /// A host by its name or identifier.
        package init(host: String?, hostClass: String?) {
            self.host = host
            self.hostClass = hostClass
        }
    }

    /// The newest run with results at that place.
    /// - Throws: `Refusal`, and `CommitGraphFailure` for a name that is none.
    package func run(
        _ side: Side, at place: Place = .any, of project: ProjectStore.Project
    ) async throws -> RunRecord {
        let spot = Spot(host: try await self.host(place.host), hostClass: place.hostClass)
        switch side {
        case .run(let id):
            guard let run = try await runs.run(id), run.project == project.id else {
                throw Refusal.unknownRun
            }
            return run
        case .commit(let prefix):
            return try await measured(prefix.lowercased(), spot, project)
        case .release(let name):
            let commit = try await resolved("refs/tags/" + name, project)
            return try await measured(commit.hash.text, spot, project)
        case .ref(let name):
            return try await newest(of: name, spot, project)
        }
    }

    private func host(_ text: String?) async throws -> HostID? {
        guard let text else { return nil }
        let found = try await hosts.hosts().first { $0.id.text == text || $0.name == text }
        guard let found else { throw Refusal.unknownHost(text) }
        return found.id
    }

    private func measured(
        _ prefix: String, _ spot: Spot, _ project: ProjectStore.Project
    ) async throws -> RunRecord {
        let found = try await candidates(prefix, project)
        guard Set(found.map(\.commit)).count <= 1 else { throw Refusal.ambiguous(prefix) }
        guard let run = try await first(of: found, on: spot) else {
            throw Refusal.notMeasured(prefix)
        }
        return run
    }

    private func newest(
        of name: String, _ spot: Spot, _ project: ProjectStore.Project
    ) async throws -> RunRecord {
        let head = try await resolved(name, project)
        for commit in try await names.history(head.hash, head.repository) {
            let found = try await candidates(commit.text, project)
            if let run = try await first(of: found, on: spot) { return run }
        }
        throw Refusal.notMeasured(name)
    }

    private func resolved(
        _ name: String, _ project: ProjectStore.Project
    ) async throws -> (hash: CommitHash, repository: ProjectStore.Repository) {
        var failure: any Error = Refusal.notMeasured(name)
        for repository in try await projects.repositories(of: project.id) {
            do {
                return (try await names.resolve(name, repository), repository)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private func candidates(
        _ prefix: String, _ project: ProjectStore.Project
    ) async throws -> [RunRecord] {
        var filter = RunStore.Filter()
        filter.project = project.id
        filter.commit = prefix
        // A change that nobody committed is no measurement of the commit below it.
        return try await runs.runs(filter, limit: Self.runsRead).filter { $0.patch == nil }
    }

    private struct Spot {
        let host: HostID?
        let hostClass: String?
    }

    private func first(of found: [RunRecord], on spot: Spot) async throws -> RunRecord? {
        // What somebody took out of all its series stands for no commit.
        let excluded = try await runs.exclusions.wholly(found.map(\.id))
        let found = found.filter { !excluded.contains($0.id) }
        // One of which a cell was stopped says less than an older one that came to its end.
        let whole = found.filter(\.isWhole)
        for run in whole + found.filter({ $0.hasResults && !$0.isWhole }) {
            guard spot.hostClass.map({ $0 == run.hostClass }) ?? true else { continue }
            guard let host = spot.host else { return run }
            let records = try await measurements.measurements(of: run.id, withSamples: false)
            if records.contains(where: { $0.isCounted && $0.series.key.host == host }) {
                return run
            }
        }
        return nil
    }
}
