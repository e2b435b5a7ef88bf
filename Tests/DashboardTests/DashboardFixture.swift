import API
import CommitGraph
import Database
import FleetModel
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Pipeline
import SampleFleets
import Storage
import TestSupport
import WebSupport

@testable import Dashboard

/// The pages beside the API over the sample story, as the controller composes them.
struct DashboardFixture: Sendable {
    let database: any Database
    let story: SampleStory
    /// Nil where no test asked for one.
    let history: SampleHistory?
    let client: any TestClientProtocol

    static let member: HTTPFields = [.authorization: "Bearer vault"]
    static let admin: HTTPFields = [.authorization: "Bearer admin"]

    static func with(
        history commits: Int = 0,
        _ body: @escaping @Sendable (DashboardFixture) async throws -> Void
    ) async throws {
        let clock = SampleClock()
        try await withDatabase(.memory, clock: { clock.now.microseconds }) { database in
            _ = try await Migrator.run(StorageMigrations.all, on: database)
            let story = try await SampleStory.tell(on: database, clock: clock)
            let history =
                commits > 0
                ? try await SampleHistory.tell(
                    commits, on: database, clock: clock, until: SampleClock().now) : nil
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            try await SeriesKeeper(store: SeriesAnalysisStore(database), logger: logger)
                .analyseWaiting()
            let application = Application(
                responder: try responder(over: database), logger: logger)
            try await application.test(.router) { client in
                try await body(
                    DashboardFixture(
                        database: database, story: story, history: history, client: client))
            }
        }
    }

    static func stores(_ database: any Database) -> DashboardStores {
        DashboardStores(
            projects: ProjectStore(database), revisions: RevisionStore(database),
            runs: RunStore(database), measurements: MeasurementStore(database),
            comparisons: ComparisonStore(database), logs: LogStore(database),
            artifacts: ArtifactStore(database),
            hosts: HostStore(database), series: SeriesStore(database),
            dependencies: DependencyStore(database),
            compare: comparisons(database))
    }

    private struct NoRepository: Error {}

    /// Branches and tags are not looked up: there is no repository.
    private static func comparisons(_ database: any Database) -> ComparisonSource {
        let sides = SideResolver(
            projects: ProjectStore(database), runs: RunStore(database),
            measurements: MeasurementStore(database), hosts: HostStore(database),
            names: .init(
                resolve: { _, _ in throw NoRepository() }, history: { _, _ in [] }))
        return ComparisonSource(
            find: { side, project in
                guard side.isCommit else { return nil }
                let place = SideResolver.Place(host: side.host, hostClass: nil)
                return try? await sides.run(.commit(side.text), at: place, of: project)
            },
            compare: { base, head, asRatios in
                var wish = ComparisonWish.usual
                wish.acrossHosts = asRatios
                do {
                    return .compared(
                        try await RunComparer(
                            .init(
                                runs: RunStore(database),
                                measurements: MeasurementStore(database),
                                comparisons: ComparisonStore(database),
                                series: SeriesStore(database))
                        ).compare(
                            .init(base: base, candidate: head), wish, isKept: false,
                            at: ServerTime(microseconds: 0)))
                } catch RunComparer.Refusal.nothingMeasured(let run) {
                    return .nothingMeasured(run)
                } catch RunComparer.Refusal.notComparable(let what) {
                    return .notComparable(what)
                }
            })
    }

    static func responder(
        over database: any Database, polls: LongPolls = LongPolls()
    ) throws -> FleetResponder<RouterResponder<CallContext>> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        addAPI(
            to: router.group("api/v1")
                .add(middleware: StoreErrors())
                .add(middleware: CallerMiddleware(SampleCallers())), database, polls)
        let dashboard = try Dashboard<CallContext>(
            stores: stores(database), desk: desk(database))
        router.add(middleware: dashboard.unknownPages)
        dashboard.addFiles(to: router.group())
        dashboard.add(
            to: router.group()
                .add(middleware: dashboard.errors)
                .add(middleware: StoreErrors())
                .add(middleware: CallerMiddleware(SampleCallers())))
        router.refuseOtherMethods { _, _, context in _ = try context.requireKey() }
        return FleetResponder(
            router.buildResponder(), policy: .publicSurface(version: "9.9"))
    }

    static func desk(_ database: any Database) -> DashboardDesk {
        DashboardDesk(
            signIn: SignIn(
                keys: KeyStore(database), sessions: WebSessionStore(database),
                guesses: GuessLimit()),
            cancels: CancelStore(database, settings: LeaseSettings()),
            certificates: CertificateStore(database), counts: FleetCountStore(database),
            people: PeopleDesk(
                users: UserStore(database), teams: TeamStore(database),
                bindings: BindingStore(database), keys: KeyStore(database),
                projects: ProjectStore(database), audit: AuditStore(database)),
            unreachable: .seconds(90), now: { SampleClock().now })
    }

    /// The routes that pages lead to.
    private static func addAPI(
        to api: RouterGroup<CallContext>, _ database: any Database, _ polls: LongPolls
    ) {
        let projects = ProjectStore(database)
        let runs = RunStore(database)
        let submitter = RunSubmitter(
            graph: CommitGraph(settings: CommitGraphSettings(root: "/nonexistent")),
            transports: [],
            stores: .init(
                submissions: SubmissionStore(database), runs: runs,
                revisions: RevisionStore(database), hosts: HostStore(database),
                policies: PolicyStore(database), pins: PinnedBaselineStore(database)))
        ProjectRoutes(
            projects: projects, submitter: submitter, now: { ServerTime(microseconds: 0) }
        ).add(to: api)
        RunRoutes(
            stores: .init(
                projects: projects, runs: runs, revisions: RevisionStore(database),
                cancels: CancelStore(database, settings: LeaseSettings()),
                hosts: HostStore(database)),
            polls: polls, cursors: CursorCodec(seal: .ephemeral()),
            unreachable: LeaseSettings().unreachable
        ).add(to: api)
        AttemptLogRoutes(
            projects: projects, runs: runs, logs: LogStore(database),
            artifacts: ArtifactStore(database), polls: polls,
            streams: EventStreams()
        ).add(to: api)
        ResultRoutes(
            projects: projects, runs: runs, measurements: MeasurementStore(database),
            comparisons: ComparisonStore(database)
        ).add(to: api)
        DependencyRoutes(
            projects: projects, runs: runs, dependencies: DependencyStore(database)
        ).add(to: api)
        addSeries(to: api, database, submitter)
    }

    private static func addSeries(
        to api: RouterGroup<CallContext>, _ database: any Database, _ submitter: RunSubmitter
    ) {
        let projects = ProjectStore(database)
        SeriesPointRoutes(
            projects: projects, series: SeriesStore(database),
            dependencies: DependencyStore(database), tags: { _ in [:] }
        ).add(to: api)
        SeriesRoutes(
            projects: projects, series: SeriesStore(database),
            cursors: CursorCodec(seal: .ephemeral())
        ).add(to: api)
        HeadlineRoutes(
            projects: projects, analyses: SeriesAnalysisStore(database), submitter: submitter,
            now: { SampleClock().now }
        ).add(to: api)
    }

    /// The addresses of one page of each kind and of each kind of run.
    var pages: [String: String] {
        storyPages.merging(historyPages) { first, _ in first }
    }

    private var historyPages: [String: String] {
        guard let history else { return [:] }
        let series = PagePath.series(history.time).text
        return [
            "series": series,
            "series-part": series + "?last=10&run=\(history.runs[history.runs.count - 4])",
            "series-unwatched": PagePath.series(history.memory).text,
            "series-list": PagePath.seriesList(project: history.project).text,
            "project-headline": PagePath.project(history.project).text,
            "series-filtered": PagePath.seriesList(project: history.project).text + "?q=nothing",
        ]
    }

    private var storyPages: [String: String] {
        [
            "projects": PagePath.projects.text,
            "project": PagePath.project("lantern").text,
            "project-empty": PagePath.project("quarry").text,
            "project-older": PagePath.olderRuns(project: "lantern", than: story.guilty).text,
            "run-regressed": PagePath.run(story.guilty).text,
            "run-partial": PagePath.run(story.partial).text,
            "run-failed": PagePath.run(story.failed).text,
            "run-baseless": PagePath.run(story.baseless).text,
            "run-hostile": PagePath.run(story.hostile).text,
            "run-running": PagePath.run(story.running.runs[0]).text,
            "run-queued": PagePath.run(story.running.runs[1]).text,
            "request": PagePath.request(story.range.request).text,
            "request-open": PagePath.request(story.running.request).text,
            "compare-empty": PagePath.comparePage(project: "lantern").text,
            "compare": PagePath.compare(
                project: "lantern", base: story.range.runs[0].text, head: story.guilty.text
            ).text,
            "compare-own": PagePath.compare(
                project: "lantern", base: story.range.runs[1].text, head: story.guilty.text
            ).text + "&show=all&metric=time",
            "compare-failed": PagePath.compare(
                project: "lantern", base: story.guilty.text, head: story.failed.text
            ).text,
            "compare-unknown": PagePath.compare(
                project: "lantern", base: "0123456", head: story.guilty.text
            ).text,
            "missing": PagePath.project("nowhere").text,
            "unknown": "/no/such/page",
        ]
    }

    func page(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[HeaderName.requestID] = "golden"
        return try await client.executeRequest(
            uri: path, method: .get, headers: headers, body: nil)
    }

    func text(_ path: String, _ headers: HTTPFields = [:]) async throws -> String {
        String(buffer: try await page(path, headers).body)
    }
}

/// `admin` reaches all projects, `vault` reads one.
struct SampleCallers: CallerAuthenticator {
    func caller(authorization: String?, peer: Peer) async throws -> Caller {
        switch authorization {
        case nil: .anonymous
        case "Bearer admin":
            .key(.init(id: "1", name: "admin", scopes: [.read, .admin], project: nil))
        case "Bearer vault":
            .key(.init(id: "2", name: "vault", scopes: [.read], project: "vault"))
        default: throw APIError(.credentialsInvalid, "Invalid API key")
        }
    }
}
