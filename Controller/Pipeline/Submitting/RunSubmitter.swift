import Analysis
package import CommitGraph
import CrashPoints
package import FleetModel
package import GitRemote
import JobPlanning
import ProjectFile
package import Storage

/// Turns a trigger into stored runs: resolves revisions, reads their suites, plans their jobs.
///
/// Enters: a `TriggerOrder`. Leaves: a request with its runs, or a failure and nothing written.
package struct RunSubmitter: Sendable {
    let graph: CommitGraph
    let transports: Set<RemoteURL.Transport>
    let limits: MatrixLimits
    let stores: Stores

    package struct Stores: Sendable {
        let submissions: SubmissionStore
        let runs: RunStore
        let revisions: RevisionStore
        let hosts: HostStore
        let policies: PolicyStore
        let pins: PinnedBaselineStore

        package init(
            submissions: SubmissionStore, runs: RunStore, revisions: RevisionStore,
            hosts: HostStore, policies: PolicyStore, pins: PinnedBaselineStore
        ) {
            self.submissions = submissions
            self.runs = runs
            self.revisions = revisions
            self.hosts = hosts
            self.policies = policies
            self.pins = pins
        }
    }

    package init(
        graph: CommitGraph, transports: Set<RemoteURL.Transport>, limits: MatrixLimits = .usual,
        stores: Stores
    ) {
        self.graph = graph
        self.transports = transports
        self.limits = limits
        self.stores = stores
    }

    package struct Submitted: Sendable {
        package let request: RequestID
        /// Runs that were measured before, by their natural key.
        package let reused: Set<RunID>
    }

    /// - Throws: `CommitGraphFailure` for the repository's part, `SubmitFailure`, and the
    ///   database's failures.
    package func submit(_ order: TriggerOrder, at now: ServerTime) async throws -> Submitted {
        let found = try await resolve(order)
        let (request, planned) = try await plan(found, order, at: now)
        try await remember(found, order, now)
        CrashPoint.triggerResolved.reach()
        try await stores.submissions.submit(request, parts: planned.map(\.part))
        CrashPoint.triggerStored.reach()
        return Submitted(
            request: request.id,
            reused: Set(
                planned.compactMap { planned in
                    if case .reused(let run) = planned.part { run } else { nil }
                }))
    }

    /// What an order means in the repository as it is now.
    struct Resolved: Sendable {
        let source: RepositorySource
        let details: [CommitDetails]
        /// In the order of `details`.
        let pairs: [Pair]
        let spread: HostSpread
        /// The project's, in force now.
        let policy: RunPolicy.Stored?
    }

    func resolve(_ order: TriggerOrder) async throws -> Resolved {
        let source = try source(of: order.repository)
        let commits = try await commits(order.selection, in: source)
        let details = try await graph.details(of: commits, in: source)
        let spread = try HostSpread(try await stores.hosts.hosts(), order.place)
        let policy = try await PolicyShelf(policies: stores.policies).inForce(of: order.project.id)
        let finder = BaseFinder(
            graph: graph, source: source, order: order,
            pin: try await stores.pins.pin(of: order.project.id), policy: policy)
        var loader = SuiteLoader(graph: graph, source: source)
        var pairs: [Pair] = []
        for detail in details {
            pairs.append(try await pair(detail, finder, &loader))
        }
        try requireKnownBenchmarks(order, pairs)
        try requireReach(order, pairs)
        try requireKnownCells(order, pairs)
        return Resolved(
            source: source, details: details, pairs: pairs, spread: spread, policy: policy)
    }

    /// One commit with what it is compared with.
    struct Pair: Sendable {
        let commit: CommitHash
        let suite: SuiteLoader.Loaded
        let base: RunRecord.Base?
        let baseSuite: SuiteLoader.Suite?
        /// The base holds for runs of this class alone.
        var baseClass: String?
        /// Why it cannot be compared as its file asks; for people.
        var refusal: String?
    }

    package func source(of repository: ProjectStore.Repository) throws -> RepositorySource {
        RepositorySource(
            id: repository.id,
            url: try remote(repository.url), credential: nil)
    }

    /// The branch that a remote calls its own; also the check that it can be read at all.
    package func defaultBranch(of url: String, id: RepositoryID) async throws -> String? {
        let source = RepositorySource(
            id: id, url: try remote(url), credential: nil)
        try await graph.refresh(source)
        return try await graph.defaultBranch(of: source)
    }

    private func remote(_ url: String) throws(CommitGraphFailure) -> RemoteURL {
        do throws(RemoteURLFailure) {
            return try RemoteURL(url, allowing: transports)
        } catch {
            throw .addressRefused(error)
        }
    }

    private func commits(
        _ selection: TriggerOrder.Selection, in source: RepositorySource
    ) async throws -> [CommitHash] {
        switch selection {
        case .revision(let text):
            return [try await graph.resolve(try CommitReference(text), in: source)]
        case .range(let from, let to, let step, let limit, let firstParent):
            let options = CommitGraph.RangeOptions(firstParent: firstParent, limit: limit)
            let first = try await graph.resolve(try CommitReference(from), in: source)
            let last = try await graph.resolve(try CommitReference(to), in: source)
            let all = try await graph.range(from: first, to: last, options: options, in: source)
            // Counted from the newest, so that the range's end is always measured.
            return Array(
                all.reversed().enumerated().filter { $0.offset % max(1, step) == 0 }
                    .map(\.element).reversed())
        }
    }

    private func pair(
        _ detail: CommitDetails, _ finder: BaseFinder, _ loader: inout SuiteLoader
    ) async throws -> Pair {
        let order = finder.order
        let suite = try await loader.load(detail.hash)
        if let patch = order.patch, let path = suite.suite?.path, patch.touches(path) {
            throw SubmitFailure.patchedProjectFile(path)
        }
        // A change that nobody committed is measured for nothing but the comparison.
        guard order.patch == nil else {
            let base = RunRecord.Base(commit: detail.hash, how: "patch")
            return Pair(
                commit: detail.hash, suite: suite, base: suite.suite.map { _ in base },
                baseSuite: suite.suite)
        }
        guard suite.suite?.file.interleave.mode != .never else {
            return Pair(commit: detail.hash, suite: suite, base: nil, baseSuite: nil)
        }
        let found = try await finder.base(of: detail, suite.suite?.file)
        guard let base = found.base else {
            return Pair(
                commit: detail.hash, suite: suite, base: nil, baseSuite: nil,
                refusal: found.refusal)
        }
        let baseSuite = try await loader.load(base.commit).suite
        return Pair(
            commit: detail.hash, suite: suite, base: baseSuite == nil ? nil : base,
            baseSuite: baseSuite, baseClass: found.hostClass)
    }

    private func requireKnownBenchmarks(_ order: TriggerOrder, _ pairs: [Pair]) throws {
        let names = Set(pairs.flatMap { $0.suite.suite?.file.benchmarks.map(\.name) ?? [] })
        guard !names.isEmpty else { return }
        for pattern in order.wish.narrowing.benchmarks
        where !names.contains(where: Glob(pattern).matches) {
            throw SubmitFailure.unknownBenchmark(pattern)
        }
    }

    /// What a benchmark's tool calls its results is not known before it has run: the names of the
    /// project file decide.
    private func requireReach(_ order: TriggerOrder, _ pairs: [Pair]) throws {
        for file in pairs.compactMap(\.suite.suite?.file) {
            let wanted = EffectiveSuite(file).executions.filter(order.wish.narrowing.wants)
            for name in Set(wanted.map(\.entry.name)).sorted() where !order.admits(name) {
                throw SubmitFailure.benchmarkOutOfReach(name)
            }
        }
    }

    /// A range may cross the commit that brought an axis: one file that has it is enough.
    private func requireKnownCells(_ order: TriggerOrder, _ pairs: [Pair]) throws {
        let problems = pairs.compactMap(\.suite.suite).map {
            order.wish.narrowing.unknownCell(of: $0.file)
        }
        guard let first = problems.first, let problem = first, !problems.contains(nil) else {
            return
        }
        throw SubmitFailure.unknownCell(problem)
    }

    private func remember(
        _ found: Resolved, _ order: TriggerOrder, _ now: ServerTime
    ) async throws {
        let places = try await places(
            of: found.details.map(\.hash), in: order.repository, of: order.project)
        try await stores.revisions.store(
            found.details.map { RevisionStore.Revision($0, place: places[$0.hash]) },
            in: order.repository.id)
        var random = SystemRandomNumberGenerator()
        let suites = found.pairs.compactMap { pair -> RevisionStore.Suite? in
            guard let suite = pair.suite.suite else { return nil }
            return RevisionStore.Suite(
                id: SuiteID(at: now, using: &random), digest: suite.digest, name: "default",
                path: suite.path, canonical: suite.canonical, firstCommit: pair.commit)
        }
        try await stores.revisions.store(suites, of: order.project.id)
    }

    /// Where the commits stand, which orders the points of series.
    func places(
        of commits: [CommitHash], in repository: ProjectStore.Repository,
        of project: ProjectStore.Project
    ) async throws -> [CommitHash: RevisionStore.HistoryPlace] {
        let source = try source(of: repository)
        let positions = try await graph.positions(
            of: commits, from: try await anchor(in: repository.id), in: source)
        let branch = repository.defaultBranch ?? project.defaultBranch
        let reachable = try await graph.reachable(commits, fromBranch: branch, in: source)
        return positions.reduce(into: [:]) { places, entry in
            places[entry.key] = RevisionStore.HistoryPlace(
                position: Int64(entry.value), isOnDefault: reachable?.contains(entry.key))
        }
    }
}

extension RevisionStore.Revision {
    init(_ details: CommitDetails, place: RevisionStore.HistoryPlace?) {
        self.init(
            commit: details.hash, parents: details.parents, author: details.authorName,
            subject: details.subject, authorTime: details.authorTime,
            commitTime: details.commitTime, place: place)
    }
}
