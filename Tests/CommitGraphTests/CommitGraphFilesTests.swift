import CommitGraph
import FleetModel
import FoundationEssentials
import TestSupport
import Testing

@Suite struct CommitGraphFilesTests {
    private func fixture(_ files: [TestRepository.File]) async throws -> (GraphFixture, CommitHash)
    {
        var fixture = try await GraphFixture()
        try await fixture.remote.add([.init(mark: 40, branch: "files", files: files)])
        return (fixture, try fixture.hash(40))
    }

    @Test(arguments: [true, false])
    func `a file is read at its commit`(_ isFiltering: Bool) async throws {
        let fixture = try await GraphFixture(isFiltering: isFiltering)
        let content = try await fixture.graph.file(
            at: "fleetmark.yaml", of: fixture.hash(7), limitBytes: 1000, in: fixture.repository)
        #expect(content == Array("version: 1\n".utf8))
    }

    @Test func `a remote that filters keeps its files until one is asked for`() async throws {
        let fixture = try await GraphFixture()
        try await fixture.graph.refresh(fixture.repository)
        let mirror = fixture.folder.path + "/mirrors/\(fixture.repository.id).git"
        let blobs = {
            try await TestRepository.git([
                "--git-dir=\(mirror)", "cat-file", "--batch-all-objects",
                "--batch-check=%(objecttype)",
            ]).split(separator: "\n").filter { $0 == "blob" }.count
        }
        #expect(try await blobs() == 0)
        _ = try await fixture.graph.file(
            at: "fleetmark.yaml", of: fixture.hash(7), limitBytes: 1000, in: fixture.repository)
        #expect(try await blobs() == 1)
    }

    @Test func `nothing at the path is no file`() async throws {
        let (fixture, hash) = try await fixture([.init("a/b", "x")])
        for path in ["fleetmark.yaml", "a/c", "a/b/c", "*", "a*"] {
            let content = try await fixture.graph.file(
                at: path, of: hash, limitBytes: 1000, in: fixture.repository)
            #expect(content == nil)
        }
    }

    struct Refusal: Sendable {
        let file: TestRepository.File
        let kind: String
    }

    @Test(
        arguments: [
            Refusal(
                file: .init("fleetmark.yaml", "/etc/passwd", mode: "120000"),
                kind: "symbolic link"),
            Refusal(
                file: .init(
                    "fleetmark.yaml", String(repeating: "1", count: 40), mode: "160000"),
                kind: "submodule"),
            Refusal(file: .init("fleetmark.yaml/a", "x"), kind: "folder"),
        ])
    func `what is no file is refused`(_ given: Refusal) async throws {
        let (fixture, hash) = try await fixture([given.file])
        await #expect(
            throws: CommitGraphFailure.notAFile(path: "fleetmark.yaml", kind: given.kind)
        ) {
            try await fixture.graph.file(
                at: "fleetmark.yaml", of: hash, limitBytes: 1000, in: fixture.repository)
        }
    }

    @Test func `a path through a symbolic link has nothing`() async throws {
        let (fixture, hash) = try await fixture([.init("etc", "/etc", mode: "120000")])
        let content = try await fixture.graph.file(
            at: "etc/passwd", of: hash, limitBytes: 10_000, in: fixture.repository)
        #expect(content == nil)
    }

    @Test func `a file over the limit is refused with its size`() async throws {
        let bytes = [UInt8](repeating: 0x61, count: 300_000)
        let (fixture, hash) = try await fixture([.init("fleetmark.yaml", bytes: bytes)])
        await #expect(
            throws: CommitGraphFailure.fileTooLarge(
                path: "fleetmark.yaml", sizeBytes: 300_000, limitBytes: 262_144)
        ) {
            try await fixture.graph.file(
                at: "fleetmark.yaml", of: hash, limitBytes: 262_144, in: fixture.repository)
        }
    }

    @Test(arguments: ["", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\nb"])
    func `a path that could leave the repository is refused`(_ path: String) async throws {
        let fixture = try await GraphFixture()
        await #expect(throws: CommitGraphFailure.pathInvalid(path)) {
            try await fixture.graph.file(
                at: path, of: fixture.hash(1), limitBytes: 1000, in: fixture.repository)
        }
    }
}
