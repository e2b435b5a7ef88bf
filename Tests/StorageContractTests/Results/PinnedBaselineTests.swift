import Database
import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct PinnedBaselineTests {
    private static func commit(_ digit: String) -> CommitHash? {
        CommitHash(String(repeating: digit, count: 40))
    }

    private static func change(
        _ fixture: QueueFixture, version: Int64?, note: String? = nil
    ) async throws -> PinnedBaselineStore.Change {
        PinnedBaselineStore.Change(
            project: try #require(try await ProjectStore(fixture.database).project("lantern")),
            version: version, note: note, author: ("ann", "key-1"))
    }

    @Test(arguments: TestBackend.available)
    func `each change is an entry, what is so already is none, and nobody overwrites unseen ones`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let store = PinnedBaselineStore(fixture.database)
            #expect(try await store.pin(of: fixture.project) == nil)
            #expect(try await store.put(nil, Self.change(fixture, version: 0)) == nil)
            let first = PinnedBaselineStore.Pin(
                repository: fixture.repository, commit: try #require(Self.commit("a")),
                release: "v1", hostClass: nil)
            let entry = try await store.put(
                first, Self.change(fixture, version: 0, note: "good"))
            #expect(entry?.version == 1)
            #expect(entry?.author == "ann")
            let again = try await store.put(
                first, Self.change(fixture, version: 1, note: "good"))
            #expect(again == entry)
            await #expect(throws: StoreFailure.staleVersion(current: 1)) {
                try await store.put(nil, Self.change(fixture, version: 0))
            }
            let second = PinnedBaselineStore.Pin(
                repository: fixture.repository, commit: try #require(Self.commit("b")),
                release: nil, hostClass: "linux")
            try await store.put(second, Self.change(fixture, version: nil))
            #expect(try await store.pin(of: fixture.project) == second)
            #expect(second.holds(for: "linux") && !second.holds(for: "other"))
            #expect(first.holds(for: "other"))
            try await store.put(nil, Self.change(fixture, version: 2))
            #expect(try await store.pin(of: fixture.project) == nil)
            let history = try await store.history(of: fixture.project)
            #expect(history.map(\.version) == [3, 2, 1])
            #expect(history.map(\.pin) == [nil, second, first])
            #expect(history.map(\.note) == [nil, nil, "good"])
            #expect(try await store.history(of: QueueFixture.fresh()).isEmpty)
        }
    }

    @Test(arguments: TestBackend.available)
    func `each change stands in the audit, and none of what changed nothing`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let store = PinnedBaselineStore(fixture.database)
            let pin = PinnedBaselineStore.Pin(
                repository: fixture.repository, commit: try #require(Self.commit("a")),
                release: "v1", hostClass: nil)
            for _ in 0..<2 { try await store.put(pin, Self.change(fixture, version: nil)) }
            try await store.put(nil, Self.change(fixture, version: nil))
            let rows = try await fixture.database.transaction(.read) { connection in
                try connection.query(
                    """
                    SELECT action, resource_type, actor, project, metadata FROM audit
                    ORDER BY number
                    """
                ).map { row in
                    [
                        try row.text("action"), try row.text("resource_type"),
                        try row.text("actor"), try row.text("project"),
                        try row.text("metadata"),
                    ]
                }
            }
            let facts = #"{"commit":"\#(pin.commit.text)","release":"v1"}"#
            #expect(
                rows == [
                    ["pin", "pinned_baseline", "key-1", "lantern", facts],
                    ["unpin", "pinned_baseline", "key-1", "lantern", "{}"],
                ])
        }
    }
}
