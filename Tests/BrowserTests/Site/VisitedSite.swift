import Database
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

    /// Becomes the page's reader.
    ///
    /// Returns: where the page is.
    func open(_ page: PageUnderTest) async throws -> String {
        address(try page.path(site.history))
    }
}

extension PageTable {
    /// As the router writes them, such as `/runs/{run}`.
    static func patterns(over database: any Database) -> [String] {
        pages(
            DashboardStores(
                projects: ProjectStore(database), revisions: RevisionStore(database),
                runs: RunStore(database), measurements: MeasurementStore(database),
                comparisons: ComparisonStore(database), logs: LogStore(database),
                hosts: HostStore(database), series: SeriesStore(database),
                compare: ComparisonSource { _, _ in .notComparable("host") }), licence: ""
        ).map { "\($0.pattern)" }
    }
}
