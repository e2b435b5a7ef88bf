import FleetModel

/// `composer.lock`. What is direct stands in `composer.json` beside it.
enum ComposerLock {
    private struct Document: Decodable {
        let packages: [Package]
        let development: [Package]?

        enum CodingKeys: String, CodingKey {
            case packages
            case development = "packages-dev"
        }
    }

    private struct Package: Decodable {
        let name: String
        let version: String
        let source: Source?
        let dist: Source?

        struct Source: Decodable {
            let reference: String?
            let shasum: String?
        }
    }

    private struct Manifest: Decodable {
        let require: [String: String]?
        let development: [String: String]?

        enum CodingKeys: String, CodingKey {
            case require
            case development = "require-dev"
        }
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.json(Document.self)
        let manifest = source.companion(as: Manifest.self)
        let direct = NodeManifest.names([manifest?.require, manifest?.development])
        return (document.packages + (document.development ?? [])).map { package in
            let sum = package.dist?.shasum.flatMap { $0.isEmpty ? nil : $0 }
            return LockedDependency(
                .composer, package.name, package.version,
                digest: sum ?? package.source?.reference ?? package.dist?.reference,
                isDirect: direct.contains(package.name))
        }
    }
}
