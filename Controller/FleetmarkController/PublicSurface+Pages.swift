import API
import CommitGraph
import Dashboard
import Hummingbird
import Pipeline
import Storage
import WebSupport

extension PublicSurface {
    func addPages(to router: Router<CallContext>) throws {
        let dashboard = try Dashboard<CallContext>(
            stores: .init(
                projects: projects, revisions: RevisionStore(database), runs: runs,
                measurements: measurements, comparisons: comparisons, logs: LogStore(database),
                artifacts: composition.artifacts, hosts: HostStore(database),
                series: SeriesStore(database), dependencies: dependencies,
                compare: comparisonSource),
            desk: .init(
                signIn: signIn, cancels: composition.cancels,
                certificates: CertificateStore(database), counts: FleetCountStore(database),
                people: people, unreachable: composition.configuration.leases.unreachable,
                now: Composition.now))
        router.add(middleware: dashboard.unknownPages)
        dashboard.add(
            to: router.group()
                .add(middleware: dashboard.errors)
                .add(middleware: StoreErrors())
                .add(
                    middleware: CallerMiddleware(
                        authenticator, sessions: sessions, of: .pages,
                        sandbox: composition.sandbox)))
    }

    private var people: PeopleDesk {
        PeopleDesk(
            users: UserStore(database), teams: TeamStore(database),
            bindings: BindingStore(database), keys: KeyStore(database),
            audit: AuditStore(database))
    }

    /// Comparisons that pages ask for are made and forgotten.
    private var comparisonSource: ComparisonSource {
        let comparer = RunComparer(compared)
        let sides = sides
        return ComparisonSource(
            find: { name, project in
                do {
                    return try await sides.run(.ref(name), of: project)
                } catch is SideResolver.Refusal {
                    return nil
                } catch is CommitGraphFailure {
                    return nil
                }
            },
            compare: { base, head in
                do {
                    return .compared(
                        try await comparer.compare(
                            .init(base: base, candidate: head), isKept: false,
                            at: Composition.now()))
                } catch RunComparer.Refusal.nothingMeasured(let run) {
                    return .nothingMeasured(run)
                } catch RunComparer.Refusal.notComparable(let what) {
                    return .notComparable(what)
                }
            })
    }
}
