/// All pages. A new one is a folder in `Pages` and a line here.
enum PageTable {
    static func pages(_ stores: DashboardStores, licence: String) -> [any DashboardPage] {
        [
            ProjectsPage(stores: stores),
            ProjectPage(stores: stores),
            RunPage(stores: stores),
            RequestPage(stores: stores),
            ComparePage(stores: stores),
            SeriesListPage(stores: stores),
            SeriesPage(stores: stores, licence: licence),
        ]
    }
}
