// Dashboard: what people see in a browser. Stored projects, runs and decisions enter; complete
// HTML pages leave, which can be read without a script and need nothing from elsewhere.
// A page is a folder in `Pages`: query → view model → template.

package import FleetModel
package import Hummingbird
package import Identity
package import Storage
package import WebSupport

/// The pages with their style and scripts, at the root of the public listener.
package struct Dashboard<Context: FleetContext>: RouteGroup {
    private let pages: [any DashboardPage]
    private let actions: [any PageAction]
    private let renderer: PageRenderer

    /// - Throws: when a template of our own cannot be parsed.
    package init(stores: DashboardStores, desk: DashboardDesk) throws {
        let scripts = Scripts()
        pages = PageTable.pages(stores, desk, licence: scripts.licence.path)
        actions = ActionTable.actions(stores, desk)
        renderer = PageRenderer(
            templates: try Templates(), stylesheet: Stylesheet(), scripts: scripts,
            counts: desk.counts)
    }

    /// For the group that the pages are added to, outside of all that may refuse a call.
    package var errors: PageErrors<Context> { PageErrors(renderer: renderer) }

    /// For the whole router.
    package var unknownPages: UnknownPages<Context> { UnknownPages(renderer: renderer) }

    /// What every page needs besides, which is everybody's and does not change under its name.
    package func addFiles(to router: RouterGroup<Context>) {
        // Where perfgate-server has its page, too.
        router.get("index.html") { _, _ in
            Response(status: .permanentRedirect, headers: [.location: "/"])
        }
        let stylesheet = renderer.stylesheet
        router.get(RouterPath(stylesheet.path)) { _, _ in stylesheet.response }
        for file in renderer.scripts.all {
            router.get(RouterPath(file.path)) { _, _ in file.response }
        }
    }

    package func add(to router: RouterGroup<Context>) {
        for page in pages {
            router.get(page.pattern) { [renderer] request, context -> Response in
                let call = try PageCall(request, context)
                return try await renderer.response(
                    try await page.content(for: call), for: call.viewer)
            }
        }
        for action in actions {
            router.post(action.pattern) { [renderer] request, context -> Response in
                let call = try await FormCall(request, context, isOpen: action.isOpen)
                return try await renderer.response(
                    to: try await action.perform(call), for: call.viewer)
            }
        }
    }
}

/// Everything that pages read.
package struct DashboardStores: Sendable {
    let projects: ProjectStore
    let revisions: RevisionStore
    let runs: RunStore
    let measurements: MeasurementStore
    let comparisons: ComparisonStore
    let logs: LogStore
    let artifacts: ArtifactStore
    let hosts: HostStore
    let series: SeriesStore
    let dependencies: DependencyStore
    let compare: ComparisonSource

    package init(
        projects: ProjectStore, revisions: RevisionStore, runs: RunStore,
        measurements: MeasurementStore, comparisons: ComparisonStore, logs: LogStore,
        artifacts: ArtifactStore, hosts: HostStore, series: SeriesStore,
        dependencies: DependencyStore, compare: ComparisonSource
    ) {
        self.projects = projects
        self.revisions = revisions
        self.runs = runs
        self.measurements = measurements
        self.comparisons = comparisons
        self.logs = logs
        self.artifacts = artifacts
        self.hosts = hosts
        self.series = series
        self.dependencies = dependencies
        self.compare = compare
    }
}

/// Everything beside the stores that pages need to let people act.
package struct DashboardDesk: Sendable {
    let signIn: SignIn
    let cancels: CancelStore
    let certificates: CertificateStore
    let counts: FleetCountStore
    let people: PeopleDesk
    /// Without a word for this long a host is unreachable.
    let unreachable: Duration
    let now: @Sendable () -> ServerTime

    package init(
        signIn: SignIn, cancels: CancelStore, certificates: CertificateStore,
        counts: FleetCountStore, people: PeopleDesk, unreachable: Duration,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.signIn = signIn
        self.cancels = cancels
        self.certificates = certificates
        self.counts = counts
        self.people = people
        self.unreachable = unreachable
        self.now = now
    }
}
