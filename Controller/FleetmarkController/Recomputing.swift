import Database
import FleetModel
package import Logging
import Pipeline
import Storage

/// Decides and analyses what is stored again, and says what differs (command line, section 7).
package struct Recomputing: Sendable {
    private let stores: RunComparer.Stores
    let analyses: SeriesAnalysisStore
    private let projects: ProjectStore
    private let policies: PolicyStore
    /// Held while it works; nil where the database is not in the state folder.
    private let lock: StateFolderLock?

    package struct Wish: Sendable {
        /// By name; nil: all.
        package var project: String?
        /// Microseconds since 1970.
        package var since: Int64?
        /// Another policy than the one that each was decided by.
        package var policy: (name: String, version: Int)?
        /// Only this series, by its identifier, and no decision.
        package var series: String?
        /// Nothing is stored.
        package var isTrial = false

        package init() {}
    }

    /// What came of one comparison that is not as it was.
    typealias Finding = Rejudger.Outcome

    struct Summary: Sendable {
        var looked = 0
        var different = 0
        /// Of them, those whose decisions differ and not only their figures.
        var otherwise = 0
        var withoutSamples = 0
    }

    /// Of both kinds of what is stored; nil where a wish leaves one out.
    struct Summaries: Sendable {
        var decisions: Summary?
        var series: SeriesSummary?
    }

    /// Opens the database of a controller; one in the state folder must not be in use.
    package static func open(
        _ configuration: ControllerConfiguration, logger: Logger
    ) async throws -> Recomputing {
        let state = StateFolder(path: configuration.stateDirectory)
        var lock: StateFolderLock?
        if case .sqliteInState = configuration.store {
            try state.prepare()
            lock = try StateFolderLock(state)
        }
        try configuration.requireLasting()
        let database = try await Composition.open(configuration, in: state)
        let applied = try await Migrator.run(StorageMigrations.all, on: database)
        if !applied.isEmpty { logger.info("schema brought up to date: \(applied)") }
        return Recomputing(over: database, lock: lock)
    }

    init(over database: any Database, lock: StateFolderLock? = nil) {
        stores = RunComparer.Stores(
            runs: RunStore(database), measurements: MeasurementStore(database),
            comparisons: ComparisonStore(database), series: SeriesStore(database))
        analyses = SeriesAnalysisStore(database)
        projects = ProjectStore(database)
        policies = PolicyStore(database)
        self.lock = lock
    }

    package struct UnknownName: Error, CustomStringConvertible, Sendable {
        package let description: String
    }

    /// What differs, as lines or as one document.
    /// - Throws: `UnknownName`, and the stores' failures.
    package func report(_ wish: Wish, asJSON: Bool) async throws -> String {
        var report = RecomputeReport(isJSON: asJSON)
        let project = try await project(wish)
        var summaries = Summaries()
        if wish.series == nil {
            summaries.decisions = try await run(wish, of: project) { report.add($0) }
        }
        // A series is analysed by its points, and by no policy that somebody tries.
        if wish.policy == nil {
            summaries.series = try await runSeries(wish, of: project) { report.add($0) }
        }
        return report.end(summaries, isTrial: wish.isTrial)
    }

    private func project(_ wish: Wish) async throws -> ProjectID? {
        guard let name = wish.project else { return nil }
        guard let project = try await projects.project(name) else {
            throw UnknownName(description: "there is no project \(name)")
        }
        return project.id
    }

    /// Oldest first; `tell` hears of each comparison that is not as it was.
    private func run(
        _ wish: Wish, of project: ProjectID?, tell: (Finding) -> Void
    ) async throws -> Summary {
        var filter = ComparisonStore.Filter()
        filter.project = project
        filter.since = wish.since.map { ServerTime(microseconds: $0) }
        // What is decided now is not decided again.
        filter.until = Composition.now()
        var summary = Summary()
        while true {
            let page = try await stores.comparisons.comparisons(filter, limit: 100)
            for comparison in page {
                try await decide(comparison, wish, &summary, tell)
            }
            guard page.count == 100, let last = page.last else { return summary }
            filter.after = (last.createdAt, last.id)
        }
    }

    private func decide(
        _ comparison: ComparisonStore.Comparison, _ wish: Wish, _ summary: inout Summary,
        _ tell: (Finding) -> Void
    ) async throws {
        summary.looked += 1
        let choice = try await choice(wish, comparison.project)
        let rejudger = Rejudger(stores)
        guard
            let outcome = try await rejudger.rejudge(
                comparison.id, under: choice, at: Composition.now())
        else {
            summary.withoutSamples += 1
            return
        }
        guard !outcome.isSame else { return }
        summary.different += 1
        if outcome.differences.contains(where: \.isOtherDecision) { summary.otherwise += 1 }
        if !wish.isTrial { try await rejudger.store(outcome) }
        tell(outcome)
    }

    private func choice(_ wish: Wish, _ project: ProjectID) async throws -> RunPolicyChoice {
        guard let policy = wish.policy else { return .own }
        if policy.version == 0 { return .project(nil) }
        guard
            let found = try await PolicyShelf(policies: policies).version(
                policy.version, of: policy.name, in: project)
        else {
            throw UnknownName(
                description: "project \(project) has no version \(policy.version) of the policy "
                    + policy.name)
        }
        return .project(found)
    }
}
