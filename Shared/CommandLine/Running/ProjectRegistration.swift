/// A project as it is registered at a controller.
struct ProjectRegistration {
    let name: String
    let remote: String?
    var branch: String?
    var forge: String?
    var title: String?
    var isPublic = false

    func post(_ client: APIClient) async throws -> Reply<Project> {
        let repository = JSONTree.members([
            "url": remote.map { .string($0) }, "default_branch": branch.map { .string($0) },
            "forge": forge.map { .string($0) },
        ])
        let body = JSONTree.members([
            "name": .string(name), "title": title.map { .string($0) },
            "visibility": isPublic ? "public" : nil, "repository": repository,
        ])
        return try await client.post("/projects", body, as: Project.self)
    }

    /// - Returns: whether the project is new; not if the controller has it with this repository.
    func postUnlessKnown(_ client: APIClient) async throws -> Bool {
        do {
            _ = try await post(client)
            return true
        } catch let failure as CommandFailure where failure.code == "name_taken" {
            let path = "/projects/\(PercentText.encode(name))/repositories"
            let known = try await client.get(path, as: ReplyPage<Repository>.self)
            guard known.value.items.contains(where: { $0.url == remote }) else { throw failure }
            return false
        }
    }
}
