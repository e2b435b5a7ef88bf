import FleetModel

/// `vcpkg.json`: a manifest whose baseline, as the version of `vcpkg` itself, decides every port
/// that has no version of its own.
enum VcpkgManifest {
    private struct Document: Decodable {
        let baseline: String?
        let dependencies: [Port]?
        let overrides: [Override]?

        enum CodingKeys: String, CodingKey {
            case baseline = "builtin-baseline"
            case dependencies, overrides
        }
    }

    private struct Override: Decodable {
        let name: String
        let version: String?
        let semantic: String?
        let date: String?
        let string: String?

        enum CodingKeys: String, CodingKey {
            case name, version
            case semantic = "version-semver"
            case date = "version-date"
            case string = "version-string"
        }
    }

    /// A name, or an object with one.
    private struct Port: Decodable {
        let name: String
        let least: String?

        enum CodingKeys: String, CodingKey {
            case name
            case least = "version>="
        }

        init(from decoder: any Decoder) throws {
            if let name = try? decoder.singleValueContainer().decode(String.self) {
                self.name = name
                least = nil
            } else {
                let fields = try decoder.container(keyedBy: CodingKeys.self)
                name = try fields.decode(String.self, forKey: .name)
                least = try fields.decodeIfPresent(String.self, forKey: .least)
            }
        }
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.json(Document.self)
        var versions: [String: String] = [:]
        for port in document.dependencies ?? [] { versions[port.name] = port.least }
        for override in document.overrides ?? [] {
            versions[override.name] =
                override.version ?? override.semantic ?? override.date ?? override.string
        }
        let direct = Set((document.dependencies ?? []).map(\.name))
        let ports = versions.map {
            LockedDependency(.vcpkg, $0.key, $0.value, isDirect: direct.contains($0.key))
        }
        return ports + (document.baseline.map { [LockedDependency(.vcpkg, "vcpkg", $0)] } ?? [])
    }
}
