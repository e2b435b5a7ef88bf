import Database
import FleetModel
import Identity
import Storage

@testable import Dashboard

/// The sample site with a browser that visits it.
struct VisitedSite: Sendable {
    let browser: Browser
    let site: SampleSite

    static func with(
        _ body: @escaping @Sendable (VisitedSite) async throws -> Void
    ) async throws {
        try await SampleSite.with { site in
            try await ChromeDriver.withBrowser { browser in
                try await body(VisitedSite(browser: browser, site: site))
            }
        }
    }

    func address(_ path: String) -> String { site.address + path }

    /// As a person does, by the form.
    func signIn(with key: String = SampleSite.adminKey) async throws {
        try await browser.open(address("/sign-in"))
        try await browser.type(key, into: "#key")
        try await browser.follow("form.form button")
    }

    /// Becomes the page's reader.
    ///
    /// Returns: where the page is.
    func open(_ page: PageUnderTest) async throws -> String {
        if page.reader == .admin { try await signIn() }
        return address(try page.path(site.history))
    }
}

extension PageTable {
    /// As the router writes them, such as `/runs/{run}`.
    static func patterns(over database: any Database) -> [String] {
        let stores = DashboardStores(
            projects: ProjectStore(database), revisions: RevisionStore(database),
            runs: RunStore(database), measurements: MeasurementStore(database),
            comparisons: ComparisonStore(database), logs: LogStore(database),
            artifacts: ArtifactStore(database),
            hosts: HostStore(database), series: SeriesStore(database),
            dependencies: DependencyStore(database),
            compare: ComparisonSource(
                find: { _, _ in nil },
                compare: { _, head, _ in
                    let own = try await ComparisonStore(database).comparison(of: head.id)
                    return own.map { .compared($0) } ?? .notComparable("host")
                }))
        let desk = DashboardDesk(
            signIn: SignIn(
                keys: KeyStore(database), sessions: WebSessionStore(database),
                guesses: GuessLimit()),
            cancels: CancelStore(database, settings: LeaseSettings()),
            certificates: CertificateStore(database), counts: FleetCountStore(database),
            people: PeopleDesk(
                users: UserStore(database), teams: TeamStore(database),
                bindings: BindingStore(database), keys: KeyStore(database),
                projects: ProjectStore(database), audit: AuditStore(database)),
            unreachable: .seconds(90), now: { ServerTime(microseconds: 0) })
        return pages(stores, desk, licence: "").map { "\($0.pattern)" }
    }
}
