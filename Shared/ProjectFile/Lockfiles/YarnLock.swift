import FleetModel

/// `yarn.lock`: the first yarn's own text, and the YAML of the later ones.
enum YarnLock {
    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let lines = try source.lines()
        let direct = NodeManifest.direct(source)
        // Only the later ones begin with their metadata.
        if lines.contains(where: { $0.hasPrefix("__metadata:") }) {
            return try berry(source, direct)
        }
        return try classic(lines, direct)
    }

    private static func classic(
        _ lines: [Substring], _ direct: Set<String>
    ) throws(LockfileFailure) -> [LockedDependency] {
        var found: [LockedDependency] = []
        var (name, version, digest) = ("", "", "")
        func close() {
            guard !name.isEmpty else { return }
            found.append(
                LockedDependency(
                    .npm, name, version, digest: digest, isDirect: direct.contains(name)))
        }
        for (number, line) in lines.enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if line.first != " " {
                close()
                guard line.hasSuffix(":") else {
                    throw .malformed("`:` is missing at the end", line: number + 1)
                }
                name = packageName(line.dropLast())
                (version, digest) = ("", "")
            } else if line.hasPrefix("  version ") {
                version = value(line, "  version ")
            } else if line.hasPrefix("  integrity ") {
                digest = value(line, "  integrity ")
            }
        }
        close()
        return found
    }

    private static func berry(
        _ source: LockfileSource, _ direct: Set<String>
    ) throws(LockfileFailure) -> [LockedDependency] {
        guard let root = try source.yaml() else { return [] }
        var asked = direct
        var found: [(name: String, version: String, digest: String?)] = []
        for entry in root.entries where entry.key != "__metadata" {
            let fields = entry.value
            let name = packageName(Substring(entry.key))
            if fields["linkType"]?.text == "soft" {
                // A member of the workspace: what it asks for is direct.
                asked.formUnion((fields["dependencies"]?.entries ?? []).map(\.key))
                continue
            }
            found.append((name, fields["version"]?.text ?? "", fields["checksum"]?.text))
        }
        return found.map {
            LockedDependency(
                .npm, $0.name, $0.version, digest: $0.digest, isDirect: asked.contains($0.name))
        }
    }

    /// The name in `"@scope/name@^1.0.0", "@scope/name@npm:^1.2.0"`.
    private static func packageName(_ key: Substring) -> String {
        let first = key.split(separator: ",").first ?? key
        let bare = first.filter { $0 != "\"" }.trimmingBlanks
        guard let sign = bare.dropFirst().firstIndex(of: "@") else { return String(bare) }
        return String(bare[..<sign])
    }

    private static func value(_ line: Substring, _ prefix: String) -> String {
        line.dropFirst(prefix.count).filter { $0 != "\"" }
    }
}
