import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct DependencyTests {
    private typealias Lockfile = DependencyStore.Lockfile

    private static func version(
        _ name: String, _ version: String, digest: String? = nil, isDirect: Bool = false
    ) -> LockedDependency {
        LockedDependency(
            ecosystem: "cargo", name: name, version: version, digest: digest, isDirect: isDirect)
    }

    /// Measures the next run of the queue with these lockfiles.
    private static func measure(
        _ lockfiles: [Lockfile], on agent: QueueFixture.Agent, in fixture: QueueFixture
    ) async throws -> RunRecord {
        let lease = try #require(try await fixture.claim(agent))
        _ = try await fixture.finish(lease, agent)
        let attempt = try #require(try await fixture.runs.attempt(lease.attempt.id))
        for _ in 0..<2 {  // Processing may be repeated after a crash.
            _ = try await MeasurementStore(fixture.database).seal(
                [], cases: [], receipts: [], lockfiles: lockfiles, of: attempt)
        }
        return try #require(try await fixture.runs.run(lease.attempt.run))
    }

    @Test(arguments: TestBackend.available)
    func `a list is stored once, and read as it was`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let versions = [
                Self.version("a", "1.0", digest: "x", isDirect: true), Self.version("b", "2.0"),
            ]
            var runs: [RunRecord] = []
            _ = try await fixture.submit(3)
            for _ in 0..<3 {
                runs.append(
                    try await Self.measure(
                        [
                            Lockfile(role: .candidate, path: "Cargo.lock", versions: versions),
                            Lockfile(role: .candidate, path: "empty/Cargo.lock", versions: []),
                        ], on: agent, in: fixture))
            }
            let store = DependencyStore(fixture.database)
            for run in runs {
                let found = try await store.lockfiles(of: run, .candidate)
                #expect(found.map(\.path) == ["Cargo.lock", "empty/Cargo.lock"])
                #expect(found.first?.versions == versions)
                #expect(found.last?.versions == [])
                #expect(try await store.lockfiles(of: run, .base) == [])
            }
            let lists = try await fixture.database.transaction(.read) { connection in
                try connection.query("SELECT count(*) AS n FROM dependency_list").first?
                    .integer("n")
            }
            #expect(lists == 2)
        }
    }

    @Test(arguments: TestBackend.available)
    func `each cell of a matrix has its own, and what is the same in all is there once`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let agent = try await fixture.agent()
            let cells = ["gcc", "clang", "icc"].map { Parameters(["cc": $0]) }
            _ = try await fixture.submit(1, cells: cells)
            let same = [Self.version("a", "1")]
            var run: RunRecord?
            for number in 0..<3 {
                run = try await Self.measure(
                    [
                        Lockfile(role: .candidate, path: "Cargo.lock", versions: same),
                        Lockfile(
                            role: .candidate, path: "vcpkg.json",
                            versions: [Self.version("b", number == 1 ? "2" : "1")]),
                    ], on: agent, in: fixture)
            }
            let found = try await DependencyStore(fixture.database).lockfiles(
                of: try #require(run), .candidate)
            #expect(found.map(\.path) == ["Cargo.lock", "vcpkg.json", "vcpkg.json"])
            #expect(found.map(\.cells) == [[], [cells[0], cells[2]], [cells[1]]])
            #expect(found.map { $0.versions.map(\.version) } == [["1"], ["1"], ["2"]])
        }
    }

    @Test func `what differs in some cells is told with them`() {
        func file(_ cells: [String], _ version: String) -> Lockfile {
            Lockfile(
                role: .base, path: "vcpkg.json", cells: cells.map { Parameters(["cc": $0]) },
                versions: [Self.version("b", version)])
        }
        func found(_ old: [Lockfile], _ new: [Lockfile]) -> [String] {
            DependencyChange.changes(from: old, to: new).map { change in
                let cells = change.cells.map(\.text).joined(separator: " ")
                return "\(change.old?.version ?? "-") \(change.new?.version ?? "-") \(cells)"
            }
        }
        let split = [file(["gcc"], "1"), file(["clang"], "2")]
        #expect(found([file([], "1")], split) == ["1 2 cc=clang"])
        #expect(found(split, [file([], "3")]) == ["1 3 cc=gcc", "2 3 cc=clang"])
        #expect(found(split, split) == [])
        #expect(found(split, [file(["gcc"], "4"), file(["icc"], "5")]) == ["1 4 "])
        #expect(found([], split) == ["- 1 cc=gcc", "- 2 cc=clang"])
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let old: [LockedDependency]
        let new: [LockedDependency]
        let expected: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Change(
            name: "equal", old: [version("a", "1")], new: [version("a", "1")], expected: []),
        Change(
            name: "changed, direct first",
            old: [version("a", "1"), version("b", "1", isDirect: true)],
            new: [version("a", "2"), version("b", "2", isDirect: true)],
            expected: ["b 1 2", "a 1 2"]),
        Change(
            name: "added and removed", old: [version("a", "1")], new: [version("b", "1")],
            expected: ["a 1 -", "b - 1"]),
        Change(
            name: "one of several versions",
            old: [version("a", "1"), version("a", "2")],
            new: [version("a", "1"), version("a", "3")], expected: ["a 2 3"]),
        Change(
            name: "one version less", old: [version("a", "1"), version("a", "2")],
            new: [version("a", "1")], expected: ["a 2 -"]),
        Change(
            name: "same version, other content", old: [version("a", "1", digest: "x")],
            new: [version("a", "1", digest: "y")], expected: ["a 1 1"]),
        Change(
            name: "direct now", old: [version("a", "1")],
            new: [version("a", "1", isDirect: true)], expected: []),
    ])
    func `what differs is named once`(_ change: Change) {
        let found = DependencyChange.changes(
            from: [Lockfile(role: .base, path: "Cargo.lock", versions: change.old)],
            to: [Lockfile(role: .candidate, path: "Cargo.lock", versions: change.new)]
        ).map { "\($0.any?.name ?? "") \($0.old?.version ?? "-") \($0.new?.version ?? "-")" }
        #expect(found == change.expected)
    }
}
