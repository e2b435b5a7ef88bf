import FleetModel

/// What stands around every page.
struct PageFrame: Sendable {
    let title: ForeignText
    let crumbs: [Crumb]
    let home: String
    let stylesheet: String
    /// Seconds after which the browser asks again.
    let refresh: Int64?
    /// The name of the key; nil for anonymous readers.
    let reader: ForeignText?

    init(_ content: PageContent, viewer: Viewer, stylesheet: String) {
        title = content.title.text
        crumbs = content.crumbs
        home = PagePath.projects.text
        self.stylesheet = stylesheet
        refresh = content.refresh.map { max(1, $0.components.seconds) }
        reader = viewer.name.map { ForeignText($0, limit: 60) }
    }
}
