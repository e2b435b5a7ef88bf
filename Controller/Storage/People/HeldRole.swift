import Database
import FleetModel

/// A role that a caller holds by a binding.
package struct HeldRole: Hashable, Sendable {
    /// A project's name; nil is the installation.
    package let project: String?
    package let role: String
    /// Scopes beside the role's.
    package let grants: [String]

    init(_ row: Row) throws(DatabaseFailure) {
        project = try row.optionalText("project")
        role = try row.text("role")
        grants = try row.text("grants").split(separator: ",").map(String.init)
    }

    /// What the key, its user and the user's teams hold; either may be nil.
    static func held(
        byKey key: KeyID?, user: UserID?, _ connection: any Connection
    ) throws -> [HeldRole] {
        // A project that is gone leaves no role on the installation behind.
        try connection.query(
            """
            SELECT role_binding.role, role_binding.grants, project.name AS project
            FROM role_binding LEFT JOIN project ON project.id = role_binding.project_id
            WHERE (role_binding.project_id = '' OR project.id IS NOT NULL) AND (
                (subject_kind = 'key' AND subject_id = $1)
                OR (subject_kind = 'user' AND subject_id = $2)
                OR (subject_kind = 'team' AND subject_id IN (
                    SELECT team_id FROM membership WHERE user_id = $2)))
            """, [.text(key?.text ?? ""), .text(user?.text ?? "")]
        ).map { try HeldRole($0) }
    }
}
