import CommitGraph
import FleetModel
import FoundationEssentials
import GitRemote
import TestSupport
import Testing

/// A remote with the history
///
///     1 ── 2 ── 3 ── 6 ── 7   main        v1.0 (annotated) = 2, light = 3
///           └── 4 ── 5 ──┘    feature/x
struct GraphFixture {
    let folder: TestFolder
    var remote: TestRepository
    let graph: CommitGraph
    let repository: RepositorySource

    init(isFiltering: Bool = true, searchPath: String = "/usr/bin:/bin") async throws {
        folder = try TestFolder()
        remote = try await TestRepository(
            at: folder.path + "/remote.git", isFiltering: isFiltering)
        try await remote.add([
            .init(mark: 1, message: "first", files: [.init("fleetmark.yaml", "version: 1\n")]),
            .init(mark: 2, parents: [1], message: "second\n\nwith a body"),
            .init(mark: 3, parents: [2], message: "third"),
            .init(mark: 4, branch: "feature/x", parents: [2], message: "fourth"),
            .init(mark: 5, branch: "feature/x", parents: [4], message: "fifth"),
            .init(mark: 6, parents: [3, 5], message: "merge"),
            .init(mark: 7, parents: [6], message: "seventh"),
        ])
        try await remote.git(["tag", "-a", "-m", "one", "v1.0", try Self.text(remote, 2)])
        try await remote.git(["tag", "light", try Self.text(remote, 3)])
        graph = CommitGraph(
            settings: CommitGraphSettings(
                root: folder.path + "/mirrors", transports: [.file], patience: .seconds(120),
                searchPath: searchPath))
        repository = try Self.source(remote.address, allowing: [.file])
    }

    static func source(
        _ address: String, allowing transports: Set<RemoteURL.Transport>,
        credential: GitCredential? = nil
    ) throws -> RepositorySource {
        var generator = SystemRandomNumberGenerator()
        let id = RepositoryID(at: ServerTime(microseconds: 0), using: &generator)
        let url = try RemoteURL(address, allowing: transports)
        return RepositorySource(id: id, url: url, credential: credential)
    }

    func hash(_ mark: Int) throws -> CommitHash {
        try #require(CommitHash(try Self.text(remote, mark)))
    }

    func resolve(_ text: String) async throws -> CommitHash {
        try await graph.resolve(try CommitReference(text), in: repository)
    }

    private static func text(_ remote: TestRepository, _ mark: Int) throws -> String {
        try #require(remote.hashes[mark])
    }
}
