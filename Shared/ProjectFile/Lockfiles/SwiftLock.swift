import FleetModel

/// `Package.resolved`, versions 1 to 3. It has no graph: nothing is known to be direct.
enum SwiftLock {
    private struct Document: Decodable {
        let version: Int
        let pins: [Pin]?
        let object: Old?

        struct Old: Decodable { let pins: [Pin] }
    }

    private struct Pin: Decodable {
        let identity: String?
        let package: String?
        let state: State

        struct State: Decodable {
            let version: String?
            let revision: String?
            let branch: String?
        }
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.json(Document.self)
        guard (1...3).contains(document.version) else {
            throw .unknownVersion("\(document.version)")
        }
        return (document.pins ?? document.object?.pins ?? []).map { pin in
            LockedDependency(
                .swift, pin.identity ?? pin.package?.lowercased() ?? "",
                pin.state.version ?? pin.state.revision ?? "", digest: pin.state.revision)
        }
    }
}
