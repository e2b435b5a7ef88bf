import FleetModel

/// What stands around every page.
struct PageFrame: Sendable {
    let title: ForeignText
    let crumbs: [Crumb]
    let home: String
    let stylesheet: String
    let theme: String
    let scripts: [String]
    /// Seconds after which the browser asks again.
    let refresh: Int64?
    /// The same for a browser without scripts, where a script renews the page.
    let scriptlessRefresh: Int64?
    let navigation: Navigation

    init(
        _ content: PageContent, navigation: Navigation, stylesheet: String, theme: String,
        scripts: [String]
    ) {
        title = content.title.text
        crumbs = content.crumbs
        home = PagePath.projects.text
        self.stylesheet = stylesheet
        self.theme = theme
        self.navigation = navigation
        self.scripts = scripts
        let seconds = content.refresh.map { max(1, $0.components.seconds) }
        let renewsItself = content.scripts.contains { $0 == .live || $0 == .renew }
        refresh = renewsItself ? nil : seconds
        scriptlessRefresh = renewsItself ? seconds : nil
    }
}
