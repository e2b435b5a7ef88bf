import FleetModel
import Storage

/// What the page of people shows.
struct PeopleModel: Sendable {
    let summary: String
    let users: [UserLine]
    let hasUsers: Bool
    let teams: [TeamLine]
    let hasTeams: Bool
    let shares: [ShareLine]
    let hasShares: Bool
    let keys: [KeyLine]
    let acts: [ActLine]
    /// Nil for readers who cannot send forms.
    let forms: Forms?
    let document = "/api/v1/users"

    /// What the queries found.
    struct Facts: Sendable {
        let users: [UserRecord]
        let teams: [TeamStore.Team]
        /// Held on the installation.
        let roles: [BindingStore.Binding]
        let shares: [BindingStore.Share]
        let projects: [ProjectStore.Project]
        let keys: [KeyStore.Key]
        let acts: [AuditRecord]
        let now: ServerTime
    }

    struct Forms: Hashable, Sendable {
        let token: String
        let makeUser = FormPath.people("users").text
        let makeTeam = FormPath.people("teams").text
        let share: ShareForm?
    }

    /// Nil where there is nothing to share, or nobody to share it with.
    struct ShareForm: Hashable, Sendable {
        let action = FormPath.people("shares").text
        let projects: [Choice]
        let subjects: [Choice]
        let roles: [Choice]
    }

    init(_ facts: Facts, viewer: Viewer) {
        let names = Dictionary(
            facts.users.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        users = facts.users.map { UserLine($0, viewer) }
        hasUsers = !users.isEmpty
        teams = facts.teams.map { TeamLine($0, facts, viewer) }
        hasTeams = !teams.isEmpty
        shares = facts.shares.map { ShareLine($0, viewer) }
        hasShares = !shares.isEmpty
        keys = facts.keys.map { KeyLine($0, names, facts.now, viewer) }
        acts = facts.acts.map { ActLine($0, facts, names) }
        forms = viewer.token.map { Forms(token: $0, share: ShareForm(facts)) }
        let active = facts.users.count { $0.disabledAt == nil }
        let usable = keys.count(where: \.isUsable)
        summary =
            "\(active) \(active == 1 ? "user" : "users"), \(teams.count) "
            + "\(teams.count == 1 ? "team" : "teams"), \(usable) "
            + "\(usable == 1 ? "key" : "keys") in force"
    }

    /// A word of a choice.
    struct Choice: Hashable, Sendable {
        let value: String
        let label: ForeignText
        let isChosen: Bool
    }

    struct UserLine: Sendable {
        let name: ForeignText
        let email: ForeignText?
        let identities: [ForeignText]
        let teams: ForeignText
        let state: StateChip
        let seenAt: Moment?
        let role: RoleForm
        let button: FormButton?
    }

    /// The role that a user or a team holds on the installation.
    struct RoleForm: Sendable {
        let action: String
        let token: String?
        let field: String
        /// What is shown where nothing can be changed.
        let word: String
        let choices: [Choice]
    }

    struct TeamLine: Sendable {
        let name: ForeignText
        let title: ForeignText?
        let members: [MemberLine]
        let role: RoleForm
        let action: String
        let token: String?
        let field: String
        /// Users who are not in it yet.
        let others: [Choice]
        let canGrow: Bool
    }

    struct MemberLine: Sendable {
        let name: ForeignText
        let role: String
        let button: FormButton?
    }

    /// Who may do more with a project than its visibility says.
    struct ShareLine: Sendable {
        let project: ForeignText
        let kind: String
        let holder: ForeignText
        let role: String
        let button: FormButton?
    }

    struct KeyLine: Sendable {
        let name: ForeignText
        let prefix: String
        let role: String
        let project: ForeignText
        let user: ForeignText?
        let state: StateChip
        let madeAt: Moment?
        let endsAt: Moment?
        let isUsable: Bool
        let button: FormButton?
    }

    struct ActLine: Sendable {
        let at: Moment
        let actor: ForeignText
        let action: String
        let subject: String
        let name: ForeignText
        let project: ForeignText?
    }
}
