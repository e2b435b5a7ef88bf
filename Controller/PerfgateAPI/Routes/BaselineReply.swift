import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// Baselines as they travel, and as the audit tells of them (perfgate contract, §4 and §10).
enum BaselineReply {
    static func record(_ record: BaselineRecord, in project: String) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("schema", "perfgate.baseline.v1")
        reply.add("id", record.id)
        reply.add("project", project)
        reply.add("benchmark", record.benchmark)
        reply.add("version", record.version)
        reply.add("git_ref", record.gitRef)
        reply.add("git_sha", record.gitSHA)
        reply.add("receipt", json: record.receipt)
        reply.add("metadata", json: record.metadata)
        reply.add("tags", json: record.tags)
        reply.add("created_at", record.createdAt)
        reply.add("updated_at", record.updatedAt)
        reply.add("content_hash", record.contentHash)
        reply.add("source", record.source.rawValue)
        reply.add("deleted", .bool(false))
        return reply
    }

    /// A row of a list, with the receipt where it was read.
    static func summary(_ record: BaselineRecord) -> ReplyObject {
        var reply = ReplyObject()
        reply.add("id", record.id)
        reply.add("benchmark", record.benchmark)
        reply.add("version", record.version)
        reply.add("created_at", record.createdAt)
        reply.add("git_ref", record.gitRef.map { .string($0) } ?? .null)
        reply.add("git_sha", record.gitSHA.map { .string($0) } ?? .null)
        reply.add("tags", json: record.tags)
        reply.add("receipt", json: record.receipt)
        return reply
    }

    static func uploaded(_ record: BaselineRecord) -> Response {
        let tag = EntityTag.digest(sha256: record.contentHash)
        var reply = ReplyObject()
        reply.add("id", record.id)
        reply.add("benchmark", record.benchmark)
        reply.add("version", record.version)
        reply.add("created_at", record.createdAt)
        reply.add("etag", tag.text)
        return reply.response(.created, tag: tag)
    }

    static func promoted(_ record: BaselineRecord, from source: String) -> Response {
        var reply = ReplyObject()
        reply.add("id", record.id)
        reply.add("benchmark", record.benchmark)
        reply.add("version", record.version)
        reply.add("promoted_from", source)
        reply.add("promoted_at", record.createdAt)
        reply.add("created_at", record.createdAt)
        return reply.response(.created)
    }

    static func missing(_ benchmark: String) -> APIError {
        APIError(.notFound, "There is no such baseline of \(benchmark).")
    }

    static func event(
        _ action: String, _ id: String, _ place: BaselineStore.Place, by key: KeyIdentity
    ) -> AuditEvent {
        let metadata: JSONValue = .object([
            "benchmark": .string(place.benchmark), "version": .string(place.version),
        ])
        return AuditEvent(by: key.id, action, "baseline", id, in: place.project)
            .with(metadata: metadata.text)
    }

    static func promotion(
        _ record: BaselineRecord, of source: BaselineStore.Place, by key: KeyIdentity
    ) -> AuditEvent {
        let metadata: JSONValue = .object([
            "benchmark": .string(record.benchmark), "from_version": .string(source.version),
            "to_version": .string(record.version),
        ])
        return AuditEvent(by: key.id, "promote", "baseline", record.id, in: source.project)
            .with(metadata: metadata.text)
    }
}
