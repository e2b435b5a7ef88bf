import Database
import FleetModel

/// The project that a client of perfgate means: it knows exact names and makes no projects, so the
/// first record makes one.
enum NamedProject {
    /// Finds the rows of the project whose name is `$1`, and none for an unknown one.
    static let isOwner = "project_id = (SELECT id FROM project WHERE name = $1)"

    /// The project's identifier; a private project of this name is made where there is none.
    static func findOrMake(
        _ name: String, at now: ServerTime, _ connection: any Connection
    ) throws -> ProjectID {
        if let known = try find(name, connection) { return known }
        var random = SystemRandomNumberGenerator()
        _ = try connection.execute(
            """
            INSERT INTO project (id, name, visibility, default_branch, created_us, updated_us,
                version)
            VALUES ($1, $2, 'private', 'main', $3, $3, 1) ON CONFLICT (name) DO NOTHING
            """, [.id(ProjectID(at: now, using: &random)), .text(name), .time(now)])
        guard let made = try find(name, connection) else {
            throw StoreFailure.corrupt("project \(name)")
        }
        return made
    }

    private static func find(
        _ name: String, _ connection: any Connection
    ) throws -> ProjectID? {
        try connection.query("SELECT id FROM project WHERE name = $1", [.text(name)])
            .first?.id("id")
    }
}
