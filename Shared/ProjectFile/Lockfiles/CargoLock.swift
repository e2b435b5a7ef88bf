import FleetModel

/// `Cargo.lock`, versions 1 to 4. What the packages without a source ask for is direct.
enum CargoLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.toml()
        if let version = document["version"]?.text, !["1", "2", "3", "4"].contains(version) {
            throw .unknownVersion(version)
        }
        let packages = document["package"]?.items ?? []
        let own = packages.filter { $0["source"] == nil }
        // "name", or "name version" where several versions are there.
        let direct = Set(
            own.flatMap { $0["dependencies"]?.items ?? [] }.compactMap(\.text).map { text in
                text.split(separator: " ").prefix(2).joined(separator: " ")
            })
        return packages.filter { $0["source"] != nil }.map { package in
            let name = package["name"]?.text ?? ""
            let version = package["version"]?.text ?? ""
            return LockedDependency(
                .cargo, name, version,
                digest: package["checksum"]?.text ?? package["source"]?.text.flatMap(revision),
                isDirect: direct.contains(name) || direct.contains("\(name) \(version)"))
        }
    }

    /// The commit of `git+https://…#commit`.
    private static func revision(_ source: String) -> String? {
        source.split(separator: "#").dropFirst().first.map(String.init)
    }
}
