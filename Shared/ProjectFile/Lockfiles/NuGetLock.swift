import FleetModel

/// `packages.lock.json` of NuGet: per framework, with what is direct.
enum NuGetLock {
    private struct Document: Decodable {
        let dependencies: [String: [String: Package]]
    }

    private struct Package: Decodable {
        let type: String
        let resolved: String?
        let contentHash: String?
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        try source.json(Document.self).dependencies.values.flatMap { framework in
            framework.compactMap { name, package -> LockedDependency? in
                // A project of the same solution has no version of its own.
                package.type == "Project"
                    ? nil
                    : LockedDependency(
                        .nuget, name, package.resolved ?? "", digest: package.contentHash,
                        isDirect: package.type == "Direct")
            }
        }
    }
}
