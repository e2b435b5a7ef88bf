/// A host on the command line: its name or its id.
struct HostReference: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    func resolve(_ client: APIClient) async throws -> Reply<Host> {
        if RunReference.isIdentifier(text.lowercased()) {
            return try await client.get("/hosts/\(text.lowercased())")
        }
        let found = try await client.get("/hosts", as: ReplyPage<Host>.self)
        let all = zip(found.value.items, found.tree["items"]?.items ?? [])
        if let (host, tree) = all.first(where: { $0.0.name == text }) {
            return Reply(value: host, tree: tree)
        }
        let near = NearMiss.of(text, among: found.value.items.map(\.name))
        throw CommandFailure(
            .failed, "not_found", "there is no host `\(text)`",
            try: near.map { "did you mean \($0)?" } ?? "fleetmark hosts list")
    }
}
