/// The sizes of a session; agents take them from the session reply.
package struct ProtocolLimits: Codable, Sendable, Equatable {
    /// Compressed size of a batch.
    package let batchBytes: Int
    package let batchRecords: Int
    package let logChunkBytes: Int
    /// Size of a batch before compression.
    package let batchPlainBytes: Int?
    /// Whole log of an attempt.
    package let logBytes: Int64?
    package let artifactBytes: Int64?
    package let attemptArtifactBytes: Int64?
    package let partBytes: Int?
    /// Bodies that are no batch, log chunk or part.
    package let bodyBytes: Int?

    package init(
        batchBytes: Int, batchRecords: Int, logChunkBytes: Int, batchPlainBytes: Int? = nil,
        logBytes: Int64? = nil, artifactBytes: Int64? = nil, attemptArtifactBytes: Int64? = nil,
        partBytes: Int? = nil, bodyBytes: Int? = nil
    ) {
        self.batchBytes = batchBytes
        self.batchRecords = batchRecords
        self.logChunkBytes = logChunkBytes
        self.batchPlainBytes = batchPlainBytes
        self.logBytes = logBytes
        self.artifactBytes = artifactBytes
        self.attemptArtifactBytes = attemptArtifactBytes
        self.partBytes = partBytes
        self.bodyBytes = bodyBytes
    }

    private enum CodingKeys: String, CodingKey {
        case batchBytes = "batch_bytes"
        case batchRecords = "batch_records"
        case logChunkBytes = "log_chunk_bytes"
        case batchPlainBytes = "batch_plain_bytes"
        case logBytes = "log_bytes"
        case artifactBytes = "artifact_bytes"
        case attemptArtifactBytes = "attempt_artifact_bytes"
        case partBytes = "part_bytes"
        case bodyBytes = "body_bytes"
    }
}

extension ProtocolLimits {
    /// What a controller answers unless it is configured otherwise (API contract, §4.2).
    package static let standard = ProtocolLimits(
        batchBytes: 1_048_576, batchRecords: 10_000, logChunkBytes: 262_144,
        batchPlainBytes: 8_388_608, logBytes: 67_108_864, artifactBytes: 1_073_741_824,
        attemptArtifactBytes: 4_294_967_296, partBytes: 8_388_608, bodyBytes: 262_144)

    /// The plain size of a batch, which is never below its compressed size.
    package var largestPlainBatch: Int { max(batchPlainBytes ?? batchBytes, batchBytes) }
}
