import FleetModel

/// Where a name means something; the types of package URLs (purl-spec).
enum Ecosystem: String {
    case swift, cargo, golang, npm, pypi, gem, composer, nuget, maven, conan, vcpkg
}

extension LockedDependency {
    init(
        _ ecosystem: Ecosystem, _ name: String, _ version: String, digest: String? = nil,
        isDirect: Bool = false
    ) {
        self.init(
            ecosystem: ecosystem.rawValue, name: name, version: version,
            digest: digest.flatMap { $0.isEmpty ? nil : $0 }, isDirect: isDirect)
    }
}

extension [LockedDependency] {
    /// Each name and version once, in their order; direct wins, and so does a digest.
    func merged() -> [LockedDependency] {
        let groups = Dictionary(grouping: self) { [$0.name, $0.version] }
        return groups.values.compactMap { group -> LockedDependency? in
            guard let first = group.first else { return nil }
            return LockedDependency(
                ecosystem: first.ecosystem, name: first.name, version: first.version,
                digest: group.compactMap(\.digest).max(),
                isDirect: group.contains(where: \.isDirect))
        }.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
    }
}
