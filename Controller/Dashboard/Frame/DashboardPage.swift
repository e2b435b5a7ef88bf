import Hummingbird
import WebSupport

/// One page: what it is called in the address, and how a call becomes its content.
protocol DashboardPage: Sendable {
    /// In the router's form, such as `/runs/:run`.
    var pattern: RouterPath { get }

    /// - Throws: `APIError` 404 for what does not exist or may not be seen, the stores' failures.
    func content(for call: PageCall) async throws -> PageContent
}

/// The call of a page: who asks, for what.
struct PageCall: Sendable {
    let viewer: Viewer
    let query: QueryParameters
    let context: any FleetContext

    init(_ request: Request, _ context: some FleetContext) throws(APIError) {
        viewer = Viewer(context, address: request.uri.string)
        query = try QueryParameters(request)
        self.context = context
    }
}

/// What a page's template is filled with.
struct PageContent: Sendable {
    let template: Templates.Name
    let title: PageTitle
    let crumbs: [Crumb]
    /// Nil on pages that show what does not change by itself.
    let refresh: Duration?
    let scripts: [Scripts.Name]
    /// Nil on pages that belong to no part of the navigation.
    let section: Section?
    /// The project in whose part of the navigation the page stands.
    let project: String?
    let model: any Sendable

    init(
        _ template: Templates.Name, title: PageTitle, crumbs: [Crumb], refresh: Duration? = nil,
        scripts: [Scripts.Name] = [], section: Section? = nil, project: String? = nil,
        model: any Sendable
    ) {
        self.template = template
        self.title = title
        self.crumbs = crumbs
        self.refresh = refresh
        self.scripts = scripts
        self.section = section
        self.project = project ?? crumbs.lazy.compactMap(\.project).first
        self.model = model
    }
}

/// The name of the browser's tab.
struct PageTitle: Hashable, Sendable {
    let text: ForeignText

    init(_ text: String) { self.text = ForeignText(text, limit: 120) }
}

/// One step of the way from the projects to a page; the last one has no link.
struct Crumb: Hashable, Sendable {
    let label: ForeignText
    let href: String?
    /// Of a step that is a project.
    let project: String?

    init(_ label: String, _ path: PagePath? = nil) {
        self.label = ForeignText(label, limit: 80)
        href = path?.text
        project = if case .project(let name) = path { name } else { nil }
    }

    static let projects = Crumb("Projects", .projects)
}
