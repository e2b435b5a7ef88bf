import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct PolicyTests {
    private static func change(
        _ fixture: QueueFixture, revision: Int64? = nil
    ) -> PolicyStore.Change {
        .init(project: fixture.project, name: "default", revision: revision)
    }

    @Test(arguments: TestBackend.available)
    func `versions are kept, and one is in force`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let store = PolicyStore(fixture.database)
            #expect(try await store.policy("default", of: fixture.project) == nil)
            let first = try await store.put(
                Self.change(fixture, revision: 0), text: "rules: []", note: nil, by: "ann")
            #expect(first.active?.number == 1)
            #expect(first.revision == 1)
            let same = try await store.put(
                Self.change(fixture), text: "rules: []", note: "again", by: "bob")
            #expect(same == first)
            let second = try await store.put(
                Self.change(fixture, revision: 1), text: "family: by\nrules: []", note: "strict",
                by: "bob")
            #expect(second.active?.number == 2)
            #expect(second.active?.note == "strict")
            let back = try await store.activate(1, Self.change(fixture))
            #expect(back.active == first.active)
            #expect(back.newest.number == 2)
            let none = try await store.activate(nil, Self.change(fixture))
            #expect(none.active == nil)
            let versions = try await store.versions("default", of: fixture.project)
            #expect(versions.map(\.number) == [2, 1])
            #expect(versions.map(\.author) == ["bob", "ann"])
            #expect(versions[1].digest == SHA256Text.of("rules: []"))
            #expect(try await store.policies(of: fixture.project).map(\.name) == ["default"])
        }
    }

    @Test(arguments: TestBackend.available)
    func `nobody changes what they have not seen`(_ backend: TestBackend) async throws {
        try await QueueFixture.with(backend) { fixture in
            let store = PolicyStore(fixture.database)
            await #expect(throws: StoreFailure.notFound("policy default")) {
                _ = try await store.activate(1, Self.change(fixture))
            }
            _ = try await store.put(
                Self.change(fixture), text: "rules: []", note: nil, by: "ann")
            await #expect(throws: StoreFailure.staleVersion(current: 1)) {
                _ = try await store.put(
                    Self.change(fixture, revision: 0), text: "other", note: nil, by: "bob")
            }
            await #expect(throws: StoreFailure.notFound("version 7 of policy default")) {
                _ = try await store.activate(7, Self.change(fixture))
            }
            #expect(try await store.versions("default", of: fixture.project).count == 1)
        }
    }
}
