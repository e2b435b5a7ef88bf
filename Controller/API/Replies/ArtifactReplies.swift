import FleetModel
import Storage
import WebSupport

extension JSONValue {
    init(_ artifact: ArtifactRecord, keep: Duration?) {
        self = .members([
            "id": .string(artifact.id.text), "run_id": .string(artifact.run.text),
            "attempt_id": .string(artifact.attempt.text), "name": .string(artifact.name),
            "kind": .string(artifact.kind), "media_type": .string(artifact.mediaType),
            "size_bytes": .integer(artifact.sizeBytes), "digest": .string(artifact.key.text),
            "revision_role": artifact.role.map { .string($0.rawValue) },
            "benchmark": artifact.benchmark.map { .string($0) },
            "facts": .parameters(artifact.facts),
            "created_us": .integer(artifact.createdAt.microseconds),
            "expires_us": keep.map { .integer((artifact.createdAt + $0).microseconds) },
            "deleted_us": artifact.deletedAt.map { .integer($0.microseconds) },
        ])
    }
}
