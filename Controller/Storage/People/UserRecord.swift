import Database
package import FleetModel

/// Somebody who may come in by keys of theirs, or by a provider's token.
package struct UserRecord: Hashable, Sendable {
    package let id: UserID
    /// Unique among those who were not removed.
    package let name: String
    package let email: String?
    package let identities: [Identity]
    /// Names of teams.
    package let teams: [String]
    package let installationRole: String?
    package let installationGrants: [String]
    package let createdAt: ServerTime
    package let lastSeenAt: ServerTime?
    package let disabledAt: ServerTime?
    package let version: Int64

    /// Whom a provider's tokens name.
    package struct Identity: Hashable, Sendable {
        package let issuer: String
        package let subject: String

        package init(issuer: String, subject: String) {
            self.issuer = issuer
            self.subject = subject
        }
    }
}

extension UserRecord {
    init(_ row: Row, _ connection: any Connection) throws {
        id = try row.id("id")
        name = try row.text("name")
        email = try row.optionalText("email")
        createdAt = try row.time("created_us")
        lastSeenAt = try row.optionalTime("last_seen_us")
        disabledAt = try row.optionalTime("disabled_us")
        version = try row.integer("version")
        identities = try connection.query(
            "SELECT * FROM user_identity WHERE user_id = $1 ORDER BY issuer, subject", [.id(id)]
        ).map { try Identity(issuer: $0.text("issuer"), subject: $0.text("subject")) }
        teams = try connection.query(
            """
            SELECT team.name FROM membership JOIN team ON team.id = membership.team_id
            WHERE membership.user_id = $1 ORDER BY team.name
            """, [.id(id)]
        ).map { try $0.text("name") }
        let held = try connection.query(
            """
            SELECT role, grants FROM role_binding
            WHERE project_id = '' AND subject_kind = 'user' AND subject_id = $1
            """, [.id(id)]
        ).first
        installationRole = try held?.text("role")
        installationGrants =
            try held?.text("grants").split(separator: ",").map(String.init) ?? []
    }
}
