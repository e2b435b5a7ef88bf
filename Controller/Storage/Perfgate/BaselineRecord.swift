import Database
package import FleetModel

/// One version of what a benchmark's results are held against.
package struct BaselineRecord: Hashable, Sendable {
    package enum Source: String, Sendable { case upload, promote, migrate, rollback }

    package let id: String
    package let benchmark: String
    package let version: String
    package let gitRef: String?
    package let gitSHA: String?
    /// A JSON object of texts.
    package let metadata: String
    /// A JSON list of texts, in the order in which they were given.
    package let tags: String
    /// Of the receipt.
    package let contentHash: String
    package let source: Source
    package let createdAt: ServerTime
    package let updatedAt: ServerTime
    /// In the canonical form that its hash is of; nil where it was not asked for.
    package var receipt: String?
}

/// A version that a client uploads.
package struct NewBaseline: Sendable {
    package let project: String
    package let benchmark: String
    /// Nil makes one of the time.
    package let version: String?
    package let git: GitPlace
    package let tags: [String]
    package let metadata: String
    package let receipt: BaselineReceipt

    package init(
        project: String, benchmark: String, version: String?, git: GitPlace, tags: [String],
        metadata: String, receipt: BaselineReceipt
    ) {
        self.project = project
        self.benchmark = benchmark
        self.version = version
        self.git = git
        self.tags = tags
        self.metadata = metadata
        self.receipt = receipt
    }
}

/// Which revision a client says it measured; nobody checks it.
package struct GitPlace: Hashable, Sendable {
    package let ref: String?
    package let sha: String?

    package init(ref: String?, sha: String?) {
        self.ref = ref
        self.sha = sha
    }
}

/// A receipt as it is stored.
package struct BaselineReceipt: Hashable, Sendable {
    /// Canonical JSON.
    package let text: String
    /// SHA-256 of the text.
    package let contentHash: String
    /// A JSON object of the metrics' medians.
    package let medians: String

    package init(text: String, medians: String) {
        self.text = text
        self.medians = medians
        contentHash = SHA256Text.of(text)
    }
}

extension BaselineRecord {
    /// All but the receipt, in the order of its table.
    static let columns = """
        id, benchmark, version, git_ref, git_sha, metadata, tags, content_hash, source,
        created_us, updated_us, receipt_bytes
        """

    init(_ row: Row, receipt: String? = nil) throws(DatabaseFailure) {
        self.init(
            id: try row.text("id"), benchmark: try row.text("benchmark"),
            version: try row.text("version"), gitRef: try row.optionalText("git_ref"),
            gitSHA: try row.optionalText("git_sha"), metadata: try row.text("metadata"),
            tags: TextList.json(try row.text("tags")), contentHash: try row.text("content_hash"),
            source: try row.word("source"), createdAt: try row.time("created_us"),
            updatedAt: try row.time("updated_us"), receipt: receipt)
    }
}
