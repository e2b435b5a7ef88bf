package import Database

/// Who did what: rows that are only added, each bound to the one before by its digest.
package struct AuditStore: Sendable {
    let database: any Database

    package init(_ database: any Database) { self.database = database }

    /// Adds an event, in one transaction.
    @discardableResult
    package func append(_ event: AuditEvent) async throws -> AuditRecord {
        try await database.transaction(.write(.ordinary)) { try Self.append(event, $0) }
    }

    /// Adds an event in the transaction of the change that it tells of, so that there is neither
    /// without the other. The end of the chain stays locked until that transaction ends: append
    /// last.
    @discardableResult
    package static func append(
        _ event: AuditEvent, _ connection: any Connection
    ) throws -> AuditRecord {
        // The update locks the row, so writers come one after the other.
        let heads = try connection.query(
            "UPDATE audit_head SET number = number + 1 WHERE id = 1 RETURNING number, digest")
        guard let head = heads.first else { throw StoreFailure.corrupt("the audit has no head") }
        let unsealed = AuditRecord(
            number: try head.integer("number"), id: RecordID.make(), at: try connection.now(),
            event: event, previous: try head.text("digest"), digest: "")
        let record = unsealed.sealed
        _ = try connection.execute(
            """
            INSERT INTO audit (number, id, at_us, actor, action, resource_type, resource_id,
                project, metadata, previous, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .integer(record.number), .text(record.id), .time(record.at), .text(event.actor),
                .text(event.action), .text(event.resourceType), .text(event.resourceID),
                .text(event.project), .text(event.metadata), .text(record.previous),
                .text(record.digest),
            ])
        _ = try connection.execute(
            "UPDATE audit_head SET digest = $1 WHERE id = 1", [.text(record.digest)])
        return record
    }
}

extension AuditRecord {
    fileprivate var sealed: Self {
        AuditRecord(
            number: number, id: id, at: at, event: event, previous: previous,
            digest: rightDigest)
    }

    init(_ row: Row) throws(DatabaseFailure) {
        var event = AuditEvent(
            by: try row.text("actor"), try row.text("action"), try row.text("resource_type"),
            try row.text("resource_id"), in: try row.text("project"))
        event.metadata = try row.text("metadata")
        self.init(
            number: try row.integer("number"), id: try row.text("id"), at: try row.time("at_us"),
            event: event, previous: try row.text("previous"), digest: try row.text("digest"))
    }
}
