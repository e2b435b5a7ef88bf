import API
import Dashboard
import Database
import FleetModel
import Hummingbird
import Identity
import PerfgateAPI
import Pipeline
import Storage
import WebSupport

/// Everything that people and programs reach: API, pages, and what monitors ask.
struct PublicSurface {
    let composition: Composition
    let addresses: ReachableAddresses
    let meter: CallMeter
    let version: String
    let guesses: GuessLimit
    /// Nil where whoever reaches the listener may do everything.
    let callLimit: CallLimit?
    let perfgateMeter = PerfgateMeter()

    init(
        composition: Composition, addresses: ReachableAddresses, meter: CallMeter, version: String
    ) {
        self.composition = composition
        self.addresses = addresses
        self.meter = meter
        self.version = version
        guesses = GuessLimit(
            allowance: composition.configuration.publicListener.wrongKeysPerMinute)
        callLimit =
            composition.sandbox == nil ? CallLimit(composition.configuration.limits.rates) : nil
    }

    var authenticator: any CallerAuthenticator {
        composition.authenticator(limitedBy: guesses)
    }
    var database: any Database { composition.database }
    var signIn: SignIn {
        SignIn(
            keys: KeyStore(database), sessions: WebSessionStore(database), guesses: guesses,
            configured: composition.configuredKeys)
    }
    /// Nil where nobody can sign in.
    var sessions: StoredSessions? {
        composition.configuration.mode == .viewer ? nil : StoredSessions(signIn)
    }
    var projects: ProjectStore { ProjectStore(database) }
    var runs: RunStore { RunStore(database) }
    var measurements: MeasurementStore { MeasurementStore(database) }
    var dependencies: DependencyStore { DependencyStore(database) }
    var comparisons: ComparisonStore { ComparisonStore(database) }

    func responder() throws -> some HTTPResponder<CallContext> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        let group = router.group("api/v1")
            .add(middleware: AuthFailures(perfgateMeter))
            .add(middleware: StoreErrors())
            .add(
                middleware: CallerMiddleware(
                    authenticator, sessions: sessions, of: .programs,
                    sandbox: composition.sandbox, limit: callLimit)
            )
            .add(middleware: Idempotency(store: IdempotencyStore(database)))
        let api = RouteTable(group, below: "/api/v1")
        let root = RouteTable(router.group(), below: "")
        addWork(to: api)
        addResults(to: api)
        addSeries(to: api)
        addHosts(to: api)
        addPeople(to: api)
        if sessions != nil { SignInRoutes(signIn: signIn).add(to: api) }
        perfgate.add(to: api)
        HealthRoutes(
            facts: .init(
                version: version, backend: composition.backend,
                isSandbox: composition.sandbox != nil, pool: composition.poolUsage),
            checks: Readiness(composition).checks, counts: FleetCountStore(database),
            meters: [meter, perfgateMeter]
        ).add(to: root)
        let described = api.operations + root.operations
        DescriptionRoutes(of: described, version: version).add(to: api)
        try addPages(to: router)
        let open = Set((api.operations + root.operations).filter(\.isOpen).map(\.template))
        refuseOtherMethods(of: router, openOnes: open)
        return FleetResponder(router.buildResponder(), policy: policy, meter: meter)
    }

    private var policy: SurfacePolicy {
        let listener = composition.configuration.publicListener
        var policy = SurfacePolicy.publicSurface(version: version)
        policy.trustedProxies = listener.trustedProxies
        policy.publicAuthority = listener.authority
        policy.times = composition.configuration.limits.times(ordinary: listener.timeLimit)
        composition.configuration.limits.set(in: &policy)
        policy.isReadOnly = composition.configuration.mode == .viewer
        // Whoever needs no credentials must not be borrowed by other sites' pages.
        policy.admitsOtherOrigins = listener.admitsOtherOrigins && composition.sandbox == nil
        return policy
    }

    /// Asks for a key first, but where none is needed.
    private func refuseOtherMethods(of router: Router<CallContext>, openOnes: Set<String>) {
        let authenticator = authenticator
        let needsKey = composition.configuration.mode == .fleet
        router.refuseOtherMethods { path, request, context in
            guard needsKey, path.hasPrefix("/api/v1/"), !openOnes.contains(path) else { return }
            // No group's middleware has seen the call: its caller is not known yet.
            let caller = try await authenticator.caller(
                authorization: request.headers[.authorization], peer: context.peer)
            guard case .key = caller else { throw APIError.credentialsMissing }
        }
    }

    private var perfgate: PerfgateRoutes<CallContext> {
        PerfgateRoutes(
            stores: .init(
                baselines: BaselineStore(database), verdicts: VerdictStore(database),
                ledger: LedgerStore(database), events: DependencyEventStore(database),
                keys: KeyStore(database), audit: AuditStore(database)),
            settings: .init(
                isFleetOpen: composition.configuration.publicListener.isFleetOpen,
                now: Composition.now), meter: perfgateMeter)
    }

    private func addWork(to api: RouteTable<CallContext>) {
        let addresses = addresses
        let submitter = submitter
        ProjectRoutes(
            projects: projects, submitter: submitter,
            queueLimit: composition.configuration.queueLimit, now: Composition.now
        ).add(to: api)
        TriggerRoutes(
            projects: projects, runs: runs, submitter: submitter,
            settings: .init(
                publicURL: { addresses.known.pages },
                unreachable: composition.configuration.leases.unreachable,
                bodyBytes: composition.configuration.limits.patchBodyBytes,
                now: Composition.now)
        ).add(to: api)
        ResultIntakeRoutes(
            projects: projects, runs: runs, revisions: RevisionStore(database),
            intake: ResultIntake(submitter),
            bodyBytes: composition.configuration.limits.resultsBodyBytes, now: Composition.now
        ).add(to: api)
        RunRoutes(
            stores: .init(
                projects: projects, runs: runs, revisions: RevisionStore(database),
                cancels: composition.cancels, hosts: HostStore(database)),
            polls: composition.polls, cursors: CursorCodec(seal: composition.seal),
            unreachable: composition.configuration.leases.unreachable
        ).add(to: api)
        ExclusionRoutes(
            projects: projects, runs: runs, revisions: RevisionStore(database)
        ).add(to: api)
        AttemptLogRoutes(
            projects: projects, runs: runs, logs: LogStore(database),
            artifacts: composition.artifacts, polls: composition.polls,
            streams: composition.streams
        ).add(to: api)
    }

    private func addResults(to api: RouteTable<CallContext>) {
        ResultRoutes(
            projects: projects, runs: runs, measurements: measurements, comparisons: comparisons
        ).add(to: api)
        DependencyRoutes(projects: projects, runs: runs, dependencies: dependencies).add(to: api)
        ArtifactRoutes(
            projects: projects, runs: runs, artifacts: composition.artifacts,
            folder: composition.content
        ).add(to: api)
        ComparisonListRoutes(
            projects: projects, comparisons: comparisons,
            cursors: CursorCodec(seal: composition.seal)
        ).add(to: api)
        ComparisonRoutes(
            projects: projects, sides: sides, stores: compared,
            policies: PolicyStore(database), now: Composition.now
        ).add(to: api)
        PolicyRoutes(
            projects: projects, policies: PolicyStore(database), series: SeriesStore(database),
            stores: compared, now: Composition.now
        ).add(to: api)
        PinnedBaselineRoutes(
            projects: projects, series: SeriesStore(database), submitter: submitter
        ).add(to: api)
    }

    private func addSeries(to api: RouteTable<CallContext>) {
        let cursors = CursorCodec(seal: composition.seal)
        let projects = projects
        let submitter = submitter
        SeriesPointRoutes(
            projects: projects, series: SeriesStore(database), dependencies: dependencies,
            tags: { await submitter.tagsKnown(of: try await projects.repositories(of: $0.id)) }
        ).add(to: api)
        SeriesRoutes(
            projects: projects, series: SeriesStore(database), cursors: cursors
        ).add(to: api)
        ChangePointRoutes(
            projects: projects, changePoints: ChangePointStore(database), cursors: cursors
        ).add(to: api)
        HeadlineRoutes(
            projects: projects, analyses: SeriesAnalysisStore(database), submitter: submitter,
            now: Composition.now
        ).add(to: api)
        OverviewRoutes(
            projects: projects, series: SeriesStore(database), comparisons: comparisons,
            submitter: submitter, now: Composition.now
        ).add(to: api)
    }

    private func addHosts(to api: RouteTable<CallContext>) {
        let addresses = addresses
        HostRoutes(
            hosts: HostStore(database), enrolments: EnrolmentStore(database),
            settings: .init(
                authorities: composition.authorities,
                agentsURL: { addresses.known.agents },
                unreachable: composition.configuration.leases.unreachable), now: Composition.now
        ).add(to: api)
        HostWatchRoutes(
            hosts: HostStore(database), certificates: CertificateStore(database),
            measurements: MeasurementStore(database)
        ).add(to: api)
        CertificateRoutes(
            certificates: CertificateStore(database), cursors: CursorCodec(seal: composition.seal)
        ).add(to: api)
    }

    private func addPeople(to api: RouteTable<CallContext>) {
        let cursors = CursorCodec(seal: composition.seal)
        UserRoutes(users: UserStore(database), cursors: cursors, now: Composition.now).add(to: api)
        TeamRoutes(teams: TeamStore(database), cursors: cursors, now: Composition.now).add(to: api)
        BindingRoutes(projects: projects, bindings: BindingStore(database)).add(to: api)
        AuditLogRoutes(audit: AuditStore(database), cursors: cursors).add(to: api)
    }
}
