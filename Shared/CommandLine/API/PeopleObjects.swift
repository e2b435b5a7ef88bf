// What the API tells about people and their roles (API contract, section 3.9).

struct User: Decodable, Sendable {
    let id: String
    let name: String
    let email: String?
    let installationRole: String?
    let grants: [String]?
    let teams: [String]?
    let disabled: Bool?
    let lastSeenUs: Int64?
    let version: Int64?
}

struct Team: Decodable, Sendable {
    struct Member: Decodable, Sendable {
        let userId: String
        let name: String?
        let role: String?
    }

    let id: String
    let name: String
    let title: String?
    let members: [Member]?
    let version: Int64?
}

struct Binding: Decodable, Sendable {
    let subject: String
    let name: String?
    let role: String?
    let grants: [String]?
}

/// A user or team on the command line: by name or id.
struct PersonReference: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    func user(_ client: APIClient) async throws -> User {
        try await find(client, "/users", "user") { ($0.id, $0.name) }
    }

    func team(_ client: APIClient) async throws -> Team {
        try await find(client, "/teams", "team") { ($0.id, $0.name) }
    }

    private func find<Item: Decodable & Sendable>(
        _ client: APIClient, _ path: String, _ kind: String, _ facts: (Item) -> (String, String)
    ) async throws -> Item {
        if RunReference.isIdentifier(text.lowercased()) {
            return try await client.get("\(path)/\(text.lowercased())", as: Item.self).value
        }
        let all = try await ListReader(limit: 200, all: true).read(client, path, as: Item.self)
        if let found = all.items.first(where: { facts($0).1 == text }) { return found }
        let near = NearMiss.of(text, among: all.items.map { facts($0).1 })
        throw CommandFailure(
            .failed, "not_found", "there is no \(kind) `\(text)`",
            try: near.map { "did you mean \($0)?" } ?? "fleetmark \(kind)s list")
    }
}

/// On what a role is given.
struct RolePlace: Sendable {
    let path: String
    let name: String

    /// The installation, or the project of the session.
    init(isInstallation: Bool, _ session: Session) throws(CommandFailure) {
        path = isInstallation ? "/bindings" : try session.projectPath("/bindings")
        name = isInstallation ? "the installation" : try session.project()
    }

    /// Gives the subject the role; `none` takes it away.
    func set(
        _ role: String, _ grants: [String], of subject: String, _ client: APIClient
    ) async throws {
        let place = "\(path)/\(PercentText.encode(subject))"
        guard role != "none" else { return try await client.delete(place) }
        let body = JSONTree.members([
            "role": .string(role),
            "grants": grants.isEmpty ? nil : .array(grants.map { .string($0) }),
        ])
        _ = try await client.put(place, body, match: "*", as: Binding.self)
    }
}
