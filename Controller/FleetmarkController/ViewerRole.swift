import Database
import Storage

/// The PostgreSQL role of a public site: SELECT on views of public projects, and nothing else.
package enum ViewerRole {
    /// SQL that makes the views and lets the role read them; for the tables' owner, as often as
    /// one likes, and again after each update of the controller.
    ///
    /// `schema` is where the controller's tables are. Fails for a name that is none.
    package static func grants(to role: String, schema: String = "public") throws -> String {
        let (role, source) = (try quoted(role, "--role"), try quoted(schema, "--schema"))
        let views = PublicView.schema
        let statements =
            ["CREATE SCHEMA IF NOT EXISTS \(views)"]
            + PublicView.all.map { $0.statement(from: source) }
            + [
                "REVOKE ALL ON ALL TABLES IN SCHEMA \(source) FROM \(role)",
                "REVOKE ALL ON SCHEMA \(source) FROM \(role)",
                "REVOKE ALL ON SCHEMA \(views) FROM \(role)",
                "GRANT USAGE ON SCHEMA \(views) TO \(role)",
                "REVOKE ALL ON ALL TABLES IN SCHEMA \(views) FROM \(role)",
                "GRANT SELECT ON ALL TABLES IN SCHEMA \(views) TO \(role)",
            ]
        return "BEGIN;\n\n" + statements.map { $0 + ";\n\n" }.joined() + "COMMIT;\n"
    }

    private static func quoted(_ name: String, _ option: String) throws -> String {
        guard (1...63).contains(name.utf8.count), !name.contains("\""), !name.contains("\0") else {
            throw StartFailure(
                .usage, "\(option) is a name of 1 to 63 bytes without quotation marks")
        }
        return "\"\(name)\""
    }

    /// Whether the connection's role is fit for a public site: it reads the views of this program's
    /// schema, and neither reads nor writes a table.
    /// - Throws: `StartFailure` that says what to do.
    static func check(on database: any Database) async throws {
        try await checkReach(on: database)
        let applied: [String]
        do {
            applied = try await Migrator.applied(on: database)
        } catch DatabaseFailure.statement {
            throw StartFailure(.database, "the role does not see the public views: \(advice)")
        }
        let known = StorageMigrations.all.map(\.name)
        guard applied == known else {
            let older = known.count > applied.count
            throw StartFailure(
                .database,
                older
                    ? "the database is older than this program; start the fleet's controller of "
                        + "this version first"
                    : "the database is newer than this program; update the viewer")
        }
        guard try await missingViews(on: database).isEmpty else {
            throw StartFailure(
                .database, "the public views are of another version: \(advice)")
        }
    }

    private static let advice =
        "run fleetmark-controller grants --role ROLE, and give what it prints to psql as the "
        + "tables' owner"

    private static func checkReach(on database: any Database) async throws {
        let found = try await database.transaction(.read) { connection in
            try connection.query(Self.reach).first
        }
        guard let found, try found.integer("count") > 0 else { return }
        throw StartFailure(
            .database,
            "the role \(try found.text("role")) of --viewer reaches tables such as "
                + "\(try found.text("example")), and must not: give the viewer a role of its own "
                + "(CREATE ROLE … LOGIN), and \(advice)")
    }

    /// Tables outside of the system's own that the role could read or change.
    private static let reach = """
        SELECT CAST(count(*) AS BIGINT) AS count, CAST(min(relname) AS TEXT) AS example,
            CAST(current_user AS TEXT) AS role
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
        WHERE relkind IN ('r', 'p', 'f', 'm')
            AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            AND (has_table_privilege(pg_class.oid, 'SELECT')
                OR has_any_column_privilege(pg_class.oid, 'SELECT')
                OR has_table_privilege(pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
        """

    private static func missingViews(on database: any Database) async throws -> [String] {
        let there = try await database.transaction(.read) { connection in
            Set(
                try connection.query(
                    """
                    SELECT CAST(relname AS TEXT) AS name FROM pg_class
                    JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
                    WHERE nspname = $1 AND relkind = 'v'
                        AND has_table_privilege(pg_class.oid, 'SELECT')
                    """, [.text(PublicView.schema)]
                ).map { try $0.text("name") })
        }
        return PublicView.all.map(\.table).filter { !there.contains($0) }
    }
}
