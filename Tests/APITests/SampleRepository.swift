import TestSupport

/// A real repository: three commits on `main`, the third slower; a branch aside; one commit
/// without a project file and one with a broken one.
struct SampleRepository: Sendable {
    let address: String
    /// Oldest first.
    let main: [String]
    /// A child of the first commit, on the branch `topic`.
    let topic: String

    static let suite = """
        version: 1
        build: {commands: [make]}
        benchmarks:
          - {name: parse/short, command: ./bench short, tags: [quick]}
          - {name: parse/long, command: ./bench long}

        """

    static let matrixSuite = """
        version: 1
        matrix: {axes: {opt: [O2, O3, Os]}}
        build: {commands: ['make {{matrix.opt}}']}
        benchmarks: [{name: parse, command: ./bench}]

        """

    init(at path: String) async throws {
        var repository = try await TestRepository(at: path)
        let file = TestRepository.File("fleetmark.yaml", Self.suite)
        try await repository.add([
            .init(mark: 1, message: "Begin", files: [file]),
            .init(mark: 2, parents: [1], message: "Read ahead", files: [.init("NOTES", "2")]),
            .init(mark: 3, parents: [2], message: "Copy twice", files: [.init("NOTES", "3")]),
            .init(
                mark: 4, branch: "topic", parents: [1], message: "Try a table",
                files: [.init("NOTES", "4")]),
            .init(mark: 5, branch: "bare", message: "No suite", files: [.init("NOTES", "5")]),
            .init(
                mark: 6, branch: "broken", message: "Broken suite",
                files: [.init("fleetmark.yaml", "version: 1\nbenchmarks: 7\n")]),
            .init(
                mark: 7, branch: "matrix", message: "A matrix",
                files: [.init("fleetmark.yaml", Self.matrixSuite)]),
        ])
        try await repository.git(["tag", "v1", repository.hashes[2] ?? ""])
        address = repository.address
        main = [1, 2, 3].compactMap { repository.hashes[$0] }
        topic = repository.hashes[4] ?? ""
    }
}
