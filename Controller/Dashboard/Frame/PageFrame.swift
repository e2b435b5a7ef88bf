import FleetModel

/// What stands around every page.
struct PageFrame: Sendable {
    let title: ForeignText
    let crumbs: [Crumb]
    let home: String
    let stylesheet: String
    let scripts: [String]
    /// Seconds after which the browser asks again.
    let refresh: Int64?
    /// The same for a browser without scripts, where a script renews the page.
    let scriptlessRefresh: Int64?
    /// The name of the key; nil for anonymous readers.
    let reader: ForeignText?

    init(_ content: PageContent, viewer: Viewer, stylesheet: String, scripts: [String]) {
        title = content.title.text
        crumbs = content.crumbs
        home = PagePath.projects.text
        self.stylesheet = stylesheet
        self.scripts = scripts
        let seconds = content.refresh.map { max(1, $0.components.seconds) }
        let renewsItself = content.scripts.contains(.live)
        refresh = renewsItself ? nil : seconds
        scriptlessRefresh = renewsItself ? seconds : nil
        reader = viewer.name.map { ForeignText($0, limit: 60) }
    }
}
