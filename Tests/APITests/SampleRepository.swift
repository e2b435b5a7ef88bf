import TestSupport

/// A real repository: three commits on `main`, the third slower; a branch aside; one commit
/// without a project file and one with a broken one.
struct SampleRepository: Sendable {
    let address: String
    /// Oldest first.
    let main: [String]
    /// A child of the first commit, on the branch `topic`.
    let topic: String
    /// Of whose two cells one asks for a label; its child on the branch `picky` asks for nothing.
    let picky: String

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

    /// One cell asks for a label, and in the second commit none does.
    static func pickySuite(_ needs: String) -> String {
        """
        version: 1
        matrix: {axes: {opt: [O2, O3]}}
        build: {commands: ['make {{matrix.opt}}']}
        benchmarks:
          - {name: parse, command: ./bench}
          - {name: wide, command: ./bench wide, only: {opt: [O3]}\(needs)}

        """
    }

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
            .init(
                mark: 8, branch: "picky", parents: [7], message: "Ask for much",
                files: [
                    .init("fleetmark.yaml", Self.pickySuite(", requires: {labels: {zone: a}}"))
                ]),
            .init(
                mark: 9, branch: "picky", parents: [8], message: "Ask for less",
                files: [.init("fleetmark.yaml", Self.pickySuite(""))]),
        ])
        try await repository.git(["tag", "v1", repository.hashes[2] ?? ""])
        address = repository.address
        main = [1, 2, 3].compactMap { repository.hashes[$0] }
        picky = repository.hashes[8] ?? ""
        topic = repository.hashes[4] ?? ""
    }
}
