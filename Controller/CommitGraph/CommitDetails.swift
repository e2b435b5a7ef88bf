package import FleetModel

/// What a commit says of itself. Texts are UTF-8 with foreign bytes replaced, and may hold
/// anything that a stranger writes.
package struct CommitDetails: Hashable, Sendable {
    package let hash: CommitHash
    /// In the order of the commit; empty for a root.
    package let parents: [CommitHash]
    /// Of the tree object; 40 or 64 hexadecimal digits.
    package let tree: String
    package let authorName: String
    package let authorEmail: String
    package let authorTime: ServerTime
    package let commitTime: ServerTime
    /// The first paragraph of the message on one line; at most 1,000 characters.
    package let subject: String

    static let textLimit = 1000
    static let fieldCount = 8
    /// Eight fields, a NUL after each (git-log(1), "PRETTY FORMATS").
    static let format = "%H%x00%P%x00%T%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00"

    /// - Parameter fields: exactly `fieldCount`, as `format` orders them.
    init?(fields: ArraySlice<ArraySlice<UInt8>>) {
        let texts = fields.map { String(decoding: $0, as: UTF8.self) }
        guard texts.count == Self.fieldCount, let hash = CommitHash(texts[0]) else { return nil }
        self.hash = hash
        self.parents = texts[1].split(separator: " ").compactMap { CommitHash(String($0)) }
        self.tree = texts[2]
        self.authorName = String(texts[3].prefix(Self.textLimit))
        self.authorEmail = String(texts[4].prefix(Self.textLimit))
        self.authorTime = Self.time(texts[5])
        self.commitTime = Self.time(texts[6])
        self.subject = String(texts[7].prefix(Self.textLimit))
    }

    /// Seconds since 1970; a date that git could not read is 1970.
    private static func time(_ seconds: String) -> ServerTime {
        let (product, overflow) = (Int64(seconds) ?? 0).multipliedReportingOverflow(by: 1_000_000)
        return ServerTime(microseconds: overflow ? 0 : product)
    }
}

/// A branch or a tag and the commit it stands for.
package struct RepositoryReference: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case branch, tag
    }

    package let kind: Kind
    /// Without `refs/heads/` or `refs/tags/`.
    package let name: String
    package let commit: CommitHash

    package init(kind: Kind, name: String, commit: CommitHash) {
        self.kind = kind
        self.name = name
        self.commit = commit
    }
}
