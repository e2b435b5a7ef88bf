import FleetModel

/// `pnpm-lock.yaml`, versions 5 to 9.
enum PnpmLock {
    private static let sections = ["dependencies", "devDependencies", "optionalDependencies"]

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        guard let root = try source.yaml() else { return [] }
        let version = root["lockfileVersion"]?.text ?? ""
        guard let major = Int(version.prefix { $0 != "." }), (5...9).contains(major) else {
            throw .unknownVersion(version.isEmpty ? "(none)" : version)
        }
        let importers = root["importers"]?.entries.map(\.value) ?? [root]
        let direct = Set(
            importers.flatMap { member in
                sections.flatMap { member[$0]?.entries.map(\.key) ?? [] }
            })
        return (root["packages"]?.entries ?? []).map { entry in
            let (name, version) = identity(entry.key, major: major)
            return LockedDependency(
                .npm, entry.value["name"]?.text ?? name, entry.value["version"]?.text ?? version,
                digest: entry.value["resolution"]?["integrity"]?.text,
                isDirect: direct.contains(name))
        }
    }

    /// `/name/1.0.0_peer` of version 5, `/name@1.0.0(peer)` of 6, `name@1.0.0(peer)` since 7.
    private static func identity(_ key: String, major: Int) -> (String, String) {
        let bare = key.hasPrefix("/") ? key.dropFirst() : key[...]
        let sign: Character = major == 5 ? "/" : "@"
        let named = bare.prefix { $0 != "(" }
        guard let place = named.lastIndex(of: sign), place > named.startIndex else {
            return (String(named), "")
        }
        let version = named[named.index(after: place)...].prefix { major != 5 || $0 != "_" }
        return (String(named[..<place]), String(version))
    }
}
