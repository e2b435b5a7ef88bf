import FleetModel

/// Something that a person should know about the attempt.
package struct NoteRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let level: Level
    /// At most 2,000 characters.
    package let text: String
    package let code: String?

    package init(
        at: Nanoseconds, level: Level, text: String, code: String? = nil
    ) {
        self.at = at
        self.level = level
        self.text = text
        self.code = code
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case level
        case text
        case code
    }
}

extension NoteRecord {
    package enum Level: String, Sendable, CaseIterable, Codable {
        case info, warning, error
    }

    func validate() throws(FieldProblem) {
        try FieldCheck.text("text", text, limit: Failure.messageLimit)
        try FieldCheck.text("code", code ?? "")
    }
}

/// An artifact that belongs to this point of the report.
package struct ArtifactNoteRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let name: String
    package let digest: String

    package init(
        at: Nanoseconds, name: String, digest: String
    ) {
        self.at = at
        self.name = name
        self.digest = digest
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case name
        case digest
    }
}

extension ArtifactNoteRecord {
    func validate() throws(FieldProblem) {
        try FieldCheck.name("name", name)
        try FieldCheck.digest("digest", digest)
    }
}
