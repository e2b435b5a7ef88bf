import FleetModel

/// `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
enum NodeLock {
    private struct Document: Decodable {
        let lockfileVersion: Int?
        let packages: [String: Package]?
        let dependencies: [String: Old]?
    }

    private struct Package: Decodable {
        let name: String?
        let version: String?
        let integrity: String?
        let resolved: String?
        let link: Bool?
        let dependencies: [String: String]?
        let devDependencies: [String: String]?
        let optionalDependencies: [String: String]?
        let peerDependencies: [String: String]?

        var asked: Set<String> { NodeManifest.names(self.sections) }
        private var sections: [[String: String]?] {
            [dependencies, devDependencies, optionalDependencies, peerDependencies]
        }
    }

    private final class Old: Decodable {
        let version: String?
        let integrity: String?
        let dependencies: [String: Old]?
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.json(Document.self)
        let version = document.lockfileVersion ?? 1
        guard (1...3).contains(version) else { throw .unknownVersion("\(version)") }
        if let packages = document.packages { return read(packages) }
        let direct = NodeManifest.direct(source)
        var found: [LockedDependency] = []
        var open = (document.dependencies ?? [:]).map { (name: $0.key, of: $0.value, isTop: true) }
        while let next = open.popLast() {
            found.append(
                LockedDependency(
                    .npm, next.name, next.of.version ?? "", digest: next.of.integrity,
                    isDirect: next.isTop && direct.contains(next.name)))
            open += (next.of.dependencies ?? [:]).map { ($0.key, $0.value, false) }
        }
        return found
    }

    private static func read(_ packages: [String: Package]) -> [LockedDependency] {
        let folder = "node_modules/"
        // The project itself, and the members of its workspace.
        let direct = packages.filter { !$0.key.contains(folder) }
            .reduce(into: Set<String>()) { $0.formUnion($1.value.asked) }
        return packages.compactMap { path, package -> LockedDependency? in
            guard let rest = path.rest(afterLast: folder), package.link != true else { return nil }
            let name = String(rest)
            return LockedDependency(
                .npm, package.name ?? name, package.version ?? "", digest: package.integrity,
                isDirect: path == folder + name && direct.contains(name))
        }
    }
}

/// What a `package.json` asks for itself.
struct NodeManifest: Decodable {
    let dependencies: [String: String]?
    let devDependencies: [String: String]?
    let optionalDependencies: [String: String]?
    let peerDependencies: [String: String]?

    static func direct(_ source: LockfileSource) -> Set<String> {
        guard let manifest = source.companion(as: NodeManifest.self) else {
            return []
        }
        return names([
            manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies,
            manifest.peerDependencies,
        ])
    }

    static func names(_ sections: [[String: String]?]) -> Set<String> {
        Set(sections.flatMap { ($0 ?? [:]).keys })
    }
}
