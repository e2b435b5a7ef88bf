import Database
package import FleetModel

extension ProjectStore {
    /// What its administrators may change of a project.
    package struct Facts: Hashable, Sendable {
        package var title: String?
        package var visibility: String
        package var defaultBranch: String
        /// Nil is the installation's limit.
        package var queueLimit: Int64?

        package init(_ project: Project) {
            title = project.title
            visibility = project.visibility
            defaultBranch = project.defaultBranch
            queueLimit = project.queueLimit
        }

        /// What of it is other than there, as the audit has it.
        fileprivate func differences(from known: Facts) -> [String: String] {
            var facts: [String: String] = [:]
            if title != known.title { facts["title"] = title ?? "" }
            if visibility != known.visibility { facts["visibility"] = visibility }
            if defaultBranch != known.defaultBranch { facts["default_branch"] = defaultBranch }
            if queueLimit != known.queueLimit {
                facts["queue_limit"] = queueLimit.map { "\($0)" } ?? ""
            }
            return facts
        }
    }

    /// Gives the project these facts, in one transaction; the same ones change nothing.
    /// - Throws: `StoreFailure` `notFound`, `staleVersion`.
    package func change(
        _ id: ProjectID, from version: Int64, to facts: Facts, auditedAs actor: String
    ) async throws -> Project {
        try await database.transaction(.write(.ordinary)) { connection in
            let sql = "SELECT * FROM project WHERE id = $1" + connection.forUpdate
            guard let row = try connection.query(sql, [.id(id)]).first else {
                throw StoreFailure.notFound("project \(id)")
            }
            let known = try Project(row)
            guard known.version == version else {
                throw StoreFailure.staleVersion(current: known.version)
            }
            let differences = facts.differences(from: Facts(known))
            guard !differences.isEmpty else { return known }
            let rows = try connection.query(
                """
                UPDATE project SET title = $2, visibility = $3, default_branch = $4,
                    queue_limit = $5, updated_us = $6, version = version + 1
                WHERE id = $1 RETURNING *
                """,
                [
                    .id(id), .text(facts.title), .text(facts.visibility),
                    .text(facts.defaultBranch), .integer(facts.queueLimit),
                    .time(try connection.now()),
                ])
            guard let row = rows.first else { throw StoreFailure.corrupt("project \(id)") }
            try AuditStore.append(
                AuditEvent(by: actor, "update", "project", id.text, in: known.name)
                    .with(facts: differences), connection)
            return try Project(row)
        }
    }
}
