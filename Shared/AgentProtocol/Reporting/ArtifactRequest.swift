package import FleetModel

/// Declares a file before its parts are sent.
package struct ArtifactRequest: WireMessage {
    package let name: String
    package let kind: String
    package let mediaType: String
    package let sizeBytes: Int64
    package let digest: String
    package let partBytes: Int
    package let role: RevisionRole?
    package let benchmark: String?
    /// What the file's maker says of it, such as the tool's version.
    package let facts: [String: String]?

    package init(
        name: String, kind: String, mediaType: String, sizeBytes: Int64, digest: String,
        partBytes: Int, role: RevisionRole? = nil, benchmark: String? = nil,
        facts: [String: String]? = nil
    ) {
        self.name = name
        self.kind = kind
        self.mediaType = mediaType
        self.sizeBytes = sizeBytes
        self.digest = digest
        self.partBytes = partBytes
        self.role = role
        self.benchmark = benchmark
        self.facts = facts
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case kind
        case mediaType = "media_type"
        case sizeBytes = "size_bytes"
        case digest
        case partBytes = "part_bytes"
        case role
        case benchmark
        case facts
    }
}

extension ArtifactRequest {
    package func validate() throws(FieldProblem) {
        try FieldCheck.path("name", name)
        try FieldCheck.name("kind", kind)
        try FieldCheck.name("media_type", mediaType)
        try FieldCheck.count("size_bytes", sizeBytes)
        try FieldCheck.digest("digest", digest)
        guard partBytes > 0 else { throw FieldProblem("/part_bytes", "A part has no bytes.") }
        if let benchmark { try FieldCheck.name("benchmark", benchmark) }
        guard (facts?.count ?? 0) <= 32 else {
            throw FieldProblem("/facts", "An artifact has more than 32 facts.")
        }
        try FieldCheck.texts("facts", facts ?? [:])
    }
}

/// Which parts of a declared file are missing; none for a digest that is known already.
package struct ArtifactReply: WireMessage {
    package let id: String
    package let missing: [Int]
    package let partBytes: Int

    package init(
        id: String, missing: [Int], partBytes: Int
    ) {
        self.id = id
        self.missing = missing
        self.partBytes = partBytes
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case missing
        case partBytes = "part_bytes"
    }
}

/// Which parts are missing after one arrived.
package struct PartReply: WireMessage {
    package let missing: [Int]
    package let complete: Bool

    package init(
        missing: [Int], complete: Bool
    ) {
        self.missing = missing
        self.complete = complete
    }

    private enum CodingKeys: String, CodingKey {
        case missing
        case complete
    }
}
