import API
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
        // They count for nobody: a page with its files is one call.
        dashboard.addFiles(to: router.group())
        dashboard.add(
            to: router.group()
                .add(middleware: dashboard.errors)
                .add(middleware: StoreErrors())
                .add(
                    middleware: CallerMiddleware(
                        authenticator, sessions: sessions, of: .pages,
                        sandbox: composition.sandbox, limit: callLimit)))
    }

    private var people: PeopleDesk {
        PeopleDesk(
            users: UserStore(database), teams: TeamStore(database),
            bindings: BindingStore(database), keys: KeyStore(database),
            projects: ProjectStore(database), audit: AuditStore(database))
    }
}
