package import FleetModel

/// What one lockfile of a revision pins.
package struct DependenciesRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let role: RevisionRole
    package let lockfile: String
    package let items: [Item]

    package init(
        at: Nanoseconds, role: RevisionRole, lockfile: String, items: [Item]
    ) {
        self.at = at
        self.role = role
        self.lockfile = lockfile
        self.items = items
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case role
        case lockfile
        case items
    }
}

extension DependenciesRecord {
    /// One pinned dependency.
    package struct Item: Codable, Sendable, Equatable {
        package let ecosystem: String
        package let name: String
        package let version: String
        package let digest: String?
        package let direct: Bool

        package init(
            ecosystem: String, name: String, version: String, digest: String? = nil, direct: Bool
        ) {
            self.ecosystem = ecosystem
            self.name = name
            self.version = version
            self.digest = digest
            self.direct = direct
        }

        package init(_ dependency: LockedDependency) {
            self.init(
                ecosystem: dependency.ecosystem, name: dependency.name,
                version: dependency.version, digest: dependency.digest,
                direct: dependency.isDirect)
        }

        package var dependency: LockedDependency {
            LockedDependency(
                ecosystem: ecosystem, name: name, version: version, digest: digest,
                isDirect: direct)
        }

        private enum CodingKeys: String, CodingKey {
            case ecosystem
            case name
            case version
            case digest
            case direct
        }
    }
}

extension DependenciesRecord {
    package func validate() throws(FieldProblem) {
        try FieldCheck.name("lockfile", lockfile)
        for (index, item) in items.enumerated() {
            try FieldCheck.name("items/\(index)/ecosystem", item.ecosystem)
            try FieldCheck.name("items/\(index)/name", item.name)
            try FieldCheck.text("items/\(index)/version", item.version)
            if let digest = item.digest { try FieldCheck.text("items/\(index)/digest", digest) }
        }
    }
}
