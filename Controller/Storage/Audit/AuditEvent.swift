import Crypto
package import FleetModel

/// What somebody did, as it is handed to the audit.
package struct AuditEvent: Hashable, Sendable {
    /// The caller's id: a key's, `jwt:SUBJECT`, `oidc:SUBJECT`, `local-mode`, or `operator` for
    /// who works on the database directly.
    package var actor: String
    /// `create`, `update`, `delete` or `promote`, and further words for what only we record.
    package var action: String
    /// `baseline`, `key`, `verdict` or `decision`, and further words of our own.
    package var resourceType: String
    package var resourceID: String
    /// A project's name, or `*` for the installation.
    package var project: String
    /// A JSON object; it never holds a secret.
    package var metadata: String

    package init(
        by actor: String, _ action: String, _ resourceType: String, _ resourceID: String,
        in project: String
    ) {
        self.actor = actor
        self.action = action
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.project = project
        metadata = "{}"
    }

    package func with(metadata: String) -> Self {
        var event = self
        event.metadata = metadata
        return event
    }

    /// Short facts, as an object of texts.
    func with(facts: [String: String]) -> Self {
        let members = facts.sorted { $0.key < $1.key }.map {
            JSONText.quoted($0.key) + ":" + JSONText.quoted($0.value)
        }
        return with(metadata: "{" + members.joined(separator: ",") + "}")
    }

    package static let installation = "*"
}

/// One row of the audit.
package struct AuditRecord: Hashable, Sendable {
    /// From 1 without gaps.
    package let number: Int64
    /// 32 hexadecimal digits. Source: perfgate-api §2.5.
    package let id: String
    package let at: ServerTime
    package let event: AuditEvent
    /// The digest of the row before.
    package let previous: String
    package let digest: String

    /// Before the first row.
    package static let start = String(repeating: "0", count: 64)

    /// What `digest` must be: of the row before and of everything that this one says.
    ///
    /// Each part goes in with its length, so that no two rows give the same bytes. The number is
    /// left out: a row that is moved stays true to itself, and what it follows tells where it was.
    package var rightDigest: String {
        var hash = SHA256()
        let parts = [
            "fleetmark.audit.v1", previous, id, "\(at.microseconds)", event.actor, event.action,
            event.resourceType, event.resourceID, event.project, event.metadata,
        ]
        for part in parts {
            hash.update(data: Array("\(part.utf8.count):".utf8))
            hash.update(data: Array(part.utf8))
        }
        return SHA256Text.text(of: hash.finalize())
    }
}
