import FleetModel
import Hummingbird
import Identity
package import Storage
import WebSupport

/// Everything about who may come in.
package struct PeopleDesk: Sendable {
    let users: UserStore
    let teams: TeamStore
    let bindings: BindingStore
    let keys: KeyStore
    let projects: ProjectStore
    let audit: AuditStore

    package init(
        users: UserStore, teams: TeamStore, bindings: BindingStore, keys: KeyStore,
        projects: ProjectStore, audit: AuditStore
    ) {
        self.users = users
        self.teams = teams
        self.bindings = bindings
        self.keys = keys
        self.projects = projects
        self.audit = audit
    }
}

/// `/people`: users, teams and keys, and what was done about them; for administrators.
struct PeoplePage: DashboardPage {
    let desk: DashboardDesk

    let pattern: RouterPath = "/people"

    private static let peopleShown = 200
    private static let keysShown = 100
    private static let actsShown = 30

    func content(for call: PageCall) async throws -> PageContent {
        try call.context.require(.admin)
        let people = desk.people
        let facts = PeopleModel.Facts(
            users: try await people.users.users(after: "", limit: Self.peopleShown),
            teams: try await people.teams.teams(after: "", limit: Self.peopleShown),
            roles: try await people.bindings.bindings(on: .installation),
            shares: try await people.bindings.shares(limit: Self.peopleShown),
            projects: try await people.projects.projects(after: "", limit: Self.peopleShown),
            keys: Array(try await people.keys.keys().prefix(Self.keysShown)),
            acts: try await people.audit.events(.init(), before: nil, limit: Self.actsShown),
            now: desk.now())
        return PageContent(
            .people, title: PageTitle("People"), crumbs: [Crumb("People")], section: .people,
            model: PeopleModel(facts, viewer: call.viewer))
    }
}
