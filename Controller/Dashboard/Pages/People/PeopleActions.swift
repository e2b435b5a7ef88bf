import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// All forms of the page of people; each as the API's call of the same kind, and in the audit.
enum PeopleActions {
    static func all(_ people: PeopleDesk, now: @escaping @Sendable () -> ServerTime)
        -> [any PageAction]
    {
        func action(
            _ pattern: RouterPath,
            _ perform: @escaping @Sendable (FormCall, KeyIdentity) async throws -> Void
        ) -> any PageAction { PeopleAction(pattern: pattern, change: perform) }
        return [
            action("/people/users") { try await makeUser($0, by: $1, people, now()) },
            action("/people/users/:user/disable") {
                _ = try $0.reason()
                try await set(isOut: true, $0, by: $1, people)
            },
            action("/people/users/:user/enable") {
                try await set(isOut: false, $0, by: $1, people)
            },
            action("/people/users/:user/role") {
                let user = try await user($0, people)
                try await give($0, to: .init(.user, user.id.text), by: $1, people)
            },
            action("/people/teams/:team/role") {
                let team: TeamID = try $0.context.pathIdentifier("team")
                try await give($0, to: .init(.team, team.text), by: $1, people)
            },
            action("/people/shares") { try await share($0, by: $1, people) },
            action("/people/shares/:project/:subject/remove") {
                try await unshare($0, by: $1, people)
            },
            action("/people/teams") { try await makeTeam($0, by: $1, people, now()) },
            action("/people/teams/:team/members") { call, key in
                let user = try UserID(call.fields.single("user") ?? "")
                try await member(user, role: try role(of: call), call, by: key, people)
            },
            action("/people/teams/:team/members/:user/remove") { call, key in
                let user: UserID = try call.context.pathIdentifier("user")
                try await member(user, role: nil, call, by: key, people)
            },
            action("/people/keys/:key/revoke") { try await revoke($0, by: $1, people) },
        ]
    }

    private static func name(_ call: FormCall) throws -> String {
        let name = try call.fields.single("name") ?? ""
        guard PersonName.isOne(name) else {
            throw APIError(
                .invalidValue, "A name has 1 to 64 characters and no blanks at its ends.")
        }
        return name
    }

    private static func note(_ field: String, _ call: FormCall) throws -> String? {
        guard let text = try call.fields.single(field), !text.isEmpty else { return nil }
        guard PersonName.isNote(text) else {
            throw APIError(.invalidValue, "The text has at most 255 characters on one line.")
        }
        return text
    }

    private static func makeUser(
        _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk, _ now: ServerTime
    ) async throws {
        var random = SystemRandomNumberGenerator()
        _ = try await people.users.create(
            UserID(at: now, using: &random),
            UserStore.Facts(
                name: try name(call), email: try note("email", call), identities: []),
            by: key.id)
    }

    private static func user(
        _ call: FormCall, _ people: PeopleDesk
    ) async throws -> UserRecord {
        let id: UserID = try call.context.pathIdentifier("user")
        guard let user = try await people.users.user(id) else { throw Viewer.nothing }
        return user
    }

    private static func set(
        isOut: Bool, _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk
    ) async throws {
        let user = try await user(call, people)
        var facts = UserStore.Facts(
            name: user.name, email: user.email, identities: user.identities)
        facts.isDisabled = isOut
        _ = try await people.users.change(user.id, from: user.version, to: facts, by: key.id)
    }

    /// A role on the installation; an empty choice takes it away.
    private static func give(
        _ call: FormCall, to subject: BindingStore.Subject, by key: KeyIdentity,
        _ people: PeopleDesk
    ) async throws {
        let held = try await people.bindings.binding(of: subject, on: .installation)
        guard try call.fields.single("role")?.isEmpty == false else {
            guard held != nil else { return }
            return try await people.bindings.remove(subject, on: .installation, by: key.id)
        }
        _ = try await people.bindings.put(
            try heldRole(call), grants: held?.grants ?? [], to: subject, on: .installation,
            by: key.id)
    }

    private static func share(
        _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk
    ) async throws {
        let subject = try subject(try call.fields.single("subject") ?? "")
        let place = try await place(try call.fields.single("project") ?? "", people)
        _ = try await people.bindings.put(
            try heldRole(call), grants: [], to: subject, on: place, by: key.id)
    }

    private static func unshare(
        _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk
    ) async throws {
        let subject = try subject(try call.context.pathText("subject"))
        let place = try await place(try call.context.pathText("project"), people)
        try await people.bindings.remove(subject, on: place, by: key.id)
    }

    private static func heldRole(_ call: FormCall) throws -> String {
        guard let role = Role(rawValue: try call.fields.single("role") ?? "") else {
            throw APIError(.invalidValue, "The role is one of \(Role.words).")
        }
        return role.rawValue
    }

    /// `user:ID`, `team:ID` or `key:ID`.
    private static func subject(_ text: String) throws -> BindingStore.Subject {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let kind = BindingStore.Subject.Kind(rawValue: parts[0]) else {
            throw APIError(.invalidValue, "Choose a user, a team or a key.")
        }
        return BindingStore.Subject(kind, parts[1])
    }

    private static func place(
        _ project: String, _ people: PeopleDesk
    ) async throws -> BindingStore.Place {
        guard let found = try await people.projects.project(project) else {
            throw Viewer.nothing
        }
        return .project(found.id, name: found.name)
    }

    private static func makeTeam(
        _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk, _ now: ServerTime
    ) async throws {
        var random = SystemRandomNumberGenerator()
        _ = try await people.teams.create(
            TeamID(at: now, using: &random), name: try name(call),
            title: try note("title", call), by: key.id)
    }

    private static func role(of call: FormCall) throws -> String {
        let role = try call.fields.single("role") ?? "member"
        guard ["member", "maintainer"].contains(role) else {
            throw APIError(.invalidValue, "The role is member or maintainer.")
        }
        return role
    }

    private static func member(
        _ user: UserID?, role: String?, _ call: FormCall, by key: KeyIdentity,
        _ people: PeopleDesk
    ) async throws {
        let team: TeamID = try call.context.pathIdentifier("team")
        guard let user else { throw APIError(.invalidValue, "Choose a user.") }
        _ = try await people.teams.set(user, of: team, to: role, by: key.id)
    }

    private static func revoke(
        _ call: FormCall, by key: KeyIdentity, _ people: PeopleDesk
    ) async throws {
        let id: KeyID = try call.context.pathIdentifier("key")
        let reason = try call.reason()
        let revoked = try await people.keys.revoke(id) {
            AuditEvent(
                by: key.id, "delete", "key", $0.id.text, in: $0.project ?? AuditEvent.installation
            ).with(metadata: JSONValue.object(["reason": .string(reason)]).text)
        }
        guard revoked != nil else { throw Viewer.nothing }
    }
}

/// A form of the page of people, for administrators.
private struct PeopleAction: PageAction {
    let pattern: RouterPath
    let change: @Sendable (FormCall, KeyIdentity) async throws -> Void

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let key = try call.context.require(.admin)
        try await change(call, key)
        return .seeOther(PagePath.people.text, cookie: nil)
    }
}
