import FleetModel
import Identity
import Storage
import WebSupport

extension PeopleModel.UserLine {
    init(_ user: UserRecord, _ viewer: Viewer) {
        let path = "users/\(user.id)"
        let isOut = user.disabledAt != nil
        self.init(
            name: ForeignText(user.name, limit: 64),
            email: user.email.map { ForeignText($0, limit: 80) },
            identities: user.identities.map {
                ForeignText("\($0.subject) at \($0.issuer)", limit: 120)
            },
            teams: ForeignText(user.teams.joined(separator: ", "), limit: 200),
            state: isOut
                ? StateChip(kind: "caution", word: "out of action")
                : StateChip(kind: "done", word: "active"),
            seenAt: user.lastSeenAt.map { Moment($0) },
            role: PeopleModel.RoleForm(
                "users/\(user.id)", held: user.installationRole, field: "role-\(user.id)", viewer),
            button: viewer.token == nil
                ? nil
                : FormButton(
                    .people("\(path)/\(isOut ? "enable" : "disable")"),
                    isOut ? "Enable" : "Disable", viewer,
                    ask: isOut
                        ? nil
                        : viewer.isUser(user.id)
                            ? "That is you: your keys and this session end at once. Why?"
                            : "All keys and sessions end at once. Why?"))
    }
}

extension Viewer {
    /// Whether the reader is signed in with this key.
    fileprivate func cameIn(with key: KeyID) -> Bool {
        guard case .key(let own) = caller else { return false }
        return own.id == key.text
    }

    fileprivate func isUser(_ user: UserID) -> Bool {
        guard case .key(let own) = caller else { return false }
        return own.user == user
    }
}

extension PeopleModel.RoleForm {
    init(_ path: String, held: String?, field: String, _ viewer: Viewer) {
        let held = held ?? ""
        self.init(
            action: FormPath.people("\(path)/role").text, token: viewer.token, field: field,
            word: held.isEmpty ? "none" : held,
            choices: ([""] + Role.allCases.map(\.rawValue)).map {
                PeopleModel.Choice(
                    value: $0, label: ForeignText($0.isEmpty ? "none" : $0), isChosen: $0 == held)
            })
    }
}

extension PeopleModel.TeamLine {
    init(_ team: TeamStore.Team, _ facts: PeopleModel.Facts, _ viewer: Viewer) {
        let path = "teams/\(team.id)/members"
        let members = Set(team.members.map(\.user))
        let others = facts.users.filter { !members.contains($0.id) && $0.disabledAt == nil }
        let role = facts.roles.first {
            $0.subject.kind == .team && $0.subject.id == team.id.text
        }?.role
        self.init(
            name: ForeignText(team.name, limit: 64),
            title: team.title.map { ForeignText($0, limit: 120) },
            members: team.members.map { member in
                PeopleModel.MemberLine(
                    name: ForeignText(member.name, limit: 64), role: member.role,
                    button: viewer.token == nil
                        ? nil : FormButton(.people("\(path)/\(member.user)/remove"), "Out", viewer))
            },
            role: PeopleModel.RoleForm(
                "teams/\(team.id)", held: role, field: "team-role-\(team.id)", viewer),
            action: FormPath.people(path).text, token: viewer.token,
            field: "member-\(team.id)",
            others: others.map {
                PeopleModel.Choice(
                    value: $0.id.text, label: ForeignText($0.name, limit: 64), isChosen: false)
            }, canGrow: viewer.token != nil && !others.isEmpty)
    }
}

extension PeopleModel.ShareLine {
    init(_ share: BindingStore.Share, _ viewer: Viewer) {
        let subject = share.binding.subject
        self.init(
            project: ForeignText(share.projectName, limit: 64), kind: subject.kind.rawValue,
            holder: ForeignText(share.binding.name ?? subject.id, limit: 64),
            role: share.binding.role,
            button: viewer.token == nil
                ? nil
                : FormButton(
                    .people(
                        "shares/\(share.project)/\(subject.kind.rawValue):\(subject.id)/remove"),
                    "Out", viewer))
    }
}

extension PeopleModel.ShareForm {
    /// Users in action, teams, and keys in force.
    init?(_ facts: PeopleModel.Facts) {
        func choice(_ value: String, _ label: String) -> PeopleModel.Choice {
            PeopleModel.Choice(
                value: value, label: ForeignText(label, limit: 80), isChosen: false)
        }
        let users = facts.users.filter { $0.disabledAt == nil }
        let keys = facts.keys.filter { $0.revokedAt == nil && $0.user == nil }
        let subjects =
            facts.teams.map { choice("team:\($0.id)", "team \($0.name)") }
            + users.map { choice("user:\($0.id)", $0.name) }
            + keys.map { choice("key:\($0.id)", "key \($0.name)") }
        guard !facts.projects.isEmpty, !subjects.isEmpty else { return nil }
        self.init(
            projects: facts.projects.map { choice($0.id.text, $0.name) }, subjects: subjects,
            roles: Role.allCases.map { choice($0.rawValue, $0.rawValue) })
    }
}

extension PeopleModel.KeyLine {
    init(
        _ key: KeyStore.Key, _ names: [UserID: String], _ now: ServerTime, _ viewer: Viewer
    ) {
        let isOver = key.expiresAt.map { $0 <= now } ?? false
        let isUsable = key.revokedAt == nil && !isOver
        let word = key.revokedAt != nil ? "revoked" : isOver ? "ended" : "in force"
        self.init(
            name: ForeignText(key.name, limit: 64), prefix: key.prefix,
            role: ([key.role] + key.grants).joined(separator: " + "),
            project: ForeignText(key.project ?? "all projects", limit: 64),
            user: key.user.flatMap { names[$0] }.map { ForeignText($0, limit: 64) },
            state: StateChip(kind: isUsable ? "done" : "caution", word: word),
            madeAt: key.createdAt.map { Moment($0) }, endsAt: key.expiresAt.map { Moment($0) },
            isUsable: isUsable,
            button: viewer.token == nil || !isUsable
                ? nil
                : FormButton(
                    .people("keys/\(key.id)/revoke"), "Revoke", viewer,
                    ask: viewer.cameIn(with: key.id)
                        ? "You came in with this key: it ends, and this session with it. Why?"
                        : "It ends at once, with the sessions that it opened. Why?"))
    }
}

extension PeopleModel.ActLine {
    /// Actors and things by their names, where they are known.
    init(_ record: AuditRecord, _ facts: PeopleModel.Facts, _ names: [UserID: String]) {
        let event = record.event
        let keys = facts.keys.first { $0.id.text == event.actor }?.name
        // A role is named by who holds it: user:ID, team:ID or key:ID.
        let words = event.resourceID.split(separator: ":", maxSplits: 1).map(String.init)
        let (kind, id) =
            event.resourceType == "binding" && words.count == 2
            ? (words[0], words[1]) : (event.resourceType, event.resourceID)
        let known: String? =
            switch kind {
            case "user": UserID(id).flatMap { names[$0] }
            case "team": facts.teams.first { $0.id.text == id }?.name
            case "key": facts.keys.first { $0.id.text == id }?.name
            default: nil
            }
        self.init(
            at: Moment(record.at), actor: ForeignText(keys ?? event.actor, limit: 80),
            action: event.action,
            subject: event.resourceType == "binding" ? "role" : event.resourceType,
            name: ForeignText(known ?? event.resourceID, limit: 80),
            project: event.project == AuditEvent.installation
                ? nil : ForeignText(event.project, limit: 64))
    }
}
