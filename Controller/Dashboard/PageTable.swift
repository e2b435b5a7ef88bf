/// All pages. A new one is a folder in `Pages` and a line here.
enum PageTable {
    static func pages(
        _ stores: DashboardStores, _ desk: DashboardDesk, licence: String
    ) -> [any DashboardPage] {
        [
            ProjectsPage(stores: stores),
            ProjectPage(stores: stores, desk: desk),
            RunPage(stores: stores),
            RequestPage(stores: stores),
            ComparePage(stores: stores),
            SeriesListPage(stores: stores),
            SeriesPage(stores: stores, licence: licence),
            QueuePage(stores: stores, desk: desk),
            HostsPage(stores: stores, desk: desk),
            HostPage(stores: stores, desk: desk),
            HostDifferencePage(stores: stores),
            PeoplePage(desk: desk),
            SignInPage(),
        ]
    }
}
