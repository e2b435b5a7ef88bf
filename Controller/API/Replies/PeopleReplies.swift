import FleetModel
import Identity
import Storage
import WebSupport

extension JSONValue {
    /// Source: API contract, §3.9, Users.
    init(_ user: UserRecord) {
        self = .members([
            "id": .string(user.id.text), "name": .string(user.name),
            "email": user.email.map { .string($0) },
            "identities": .array(
                user.identities.map { identity in
                    .object([
                        "issuer": .string(identity.issuer), "subject": .string(identity.subject),
                    ])
                }),
            "installation_role": user.installationRole.map { .string($0) },
            "grants": .array(user.installationGrants.map { .string($0) }),
            "teams": .array(user.teams.map { .string($0) }),
            "disabled": .bool(user.disabledAt != nil),
            "created_us": .integer(user.createdAt.microseconds),
            "last_seen_us": user.lastSeenAt.map { .integer($0.microseconds) },
            "version": .integer(user.version),
        ])
    }

    init(_ team: TeamStore.Team) {
        self = .members([
            "id": .string(team.id.text), "name": .string(team.name),
            "title": team.title.map { .string($0) },
            "members": .array(
                team.members.map { member in
                    .object([
                        "user_id": .string(member.user.text), "name": .string(member.name),
                        "role": .string(member.role),
                    ])
                }),
            "created_us": .integer(team.createdAt.microseconds),
            "version": .integer(team.version),
        ])
    }

    init(_ binding: BindingStore.Binding) {
        self = .members([
            "subject": .string("\(binding.subject.kind.rawValue):\(binding.subject.id)"),
            "name": binding.name.map { .string($0) }, "role": .string(binding.role),
            "grants": .array(binding.grants.map { .string($0) }),
            "created_us": .integer(binding.createdAt.microseconds),
        ])
    }

    /// An event as we show it: every kind of act, with its place in the chain.
    init(_ record: AuditRecord) {
        let metadata = try? JSONParser.parse(Array(record.event.metadata.utf8))
        self = .object([
            "id": .string(record.id), "number": .integer(record.number),
            "at_us": .integer(record.at.microseconds), "actor": .string(record.event.actor),
            "action": .string(record.event.action),
            "resource_type": .string(record.event.resourceType),
            "resource_id": .string(record.event.resourceID),
            "project": .string(record.event.project), "metadata": metadata ?? .null,
            "hash": .string(record.digest),
        ])
    }
}
