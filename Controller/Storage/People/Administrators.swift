import Database

/// Somebody must be left who can let others in.
enum Administrators {
    /// Refuses a change that leaves no administrator where there was one. To be asked after the
    /// line of the audit, whose lock puts such changes in a row.
    static func require(
        ifThereWas hadOne: Bool, _ connection: any Connection
    ) throws {
        guard try !hadOne || exist(connection) else { throw StoreFailure.lastAdministrator }
    }

    /// Whether a key in force belongs to an administrator of the installation.
    ///
    /// What a start-up configuration gives is not counted: it may be gone with the next start.
    static func exist(_ connection: any Connection) throws -> Bool {
        let rows = try connection.query(
            """
            SELECT api_key.id FROM api_key
            LEFT JOIN fleet_user ON fleet_user.id = api_key.user_id
            WHERE api_key.revoked_us IS NULL
                AND (api_key.expires_us IS NULL OR api_key.expires_us > $1)
                AND fleet_user.disabled_us IS NULL
                AND (api_key.role = 'admin' OR EXISTS (
                    SELECT 1 FROM role_binding WHERE project_id = '' AND role = 'admin' AND (
                        (subject_kind = 'key' AND subject_id = api_key.id)
                        OR (subject_kind = 'user' AND subject_id = api_key.user_id)
                        OR (subject_kind = 'team' AND subject_id IN (
                            SELECT team_id FROM membership
                            WHERE membership.user_id = api_key.user_id)))))
            LIMIT 1
            """, [.time(try connection.now())])
        return !rows.isEmpty
    }
}
