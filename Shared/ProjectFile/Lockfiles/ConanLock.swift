import FleetModel

/// `conan.lock` of Conan 1 and 2. Only the graph of Conan 1 tells what is direct.
enum ConanLock {
    private struct Document: Decodable {
        let requires: [String]?
        let build: [String]?
        let python: [String]?
        let graph: Graph?

        enum CodingKeys: String, CodingKey {
            case requires
            case build = "build_requires"
            case python = "python_requires"
            case graph = "graph_lock"
        }

        struct Graph: Decodable {
            let nodes: [String: Node]

            struct Node: Decodable {
                let ref: String?
                let requires: [String]?
            }
        }
    }

    static func read(_ source: LockfileSource) throws(LockfileFailure) -> [LockedDependency] {
        let document = try source.json(Document.self)
        if let graph = document.graph {
            let direct = Set(graph.nodes["0"]?.requires ?? [])
            return graph.nodes.filter { $0.key != "0" }.compactMap { key, node in
                node.ref.map { dependency($0, isDirect: direct.contains(key)) }
            }
        }
        let all = [document.requires, document.build, document.python]
        return all.flatMap { $0 ?? [] }.map { dependency($0, isDirect: false) }
    }

    /// `name/version@user/channel#revision%time`.
    private static func dependency(_ reference: String, isDirect: Bool) -> LockedDependency {
        let parts = reference.split(separator: "#", maxSplits: 1)
        let named = (parts.first ?? "").split(separator: "/", maxSplits: 1)
        let version = named.dropFirst().first?.prefix { $0 != "@" } ?? ""
        let revision = parts.dropFirst().first?.prefix { $0 != "%" }
        return LockedDependency(
            .conan, String(named.first ?? ""), String(version), digest: revision.map(String.init),
            isDirect: isDirect)
    }
}
