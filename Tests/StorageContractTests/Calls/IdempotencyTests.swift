import Database
import Storage
import TestSupport
import Testing

@Suite struct IdempotencyTests {
    private static let call = call()
    private static let reply = IdempotencyStore.Reply(status: 202, body: [123, 0, 255, 125])

    private static func call(
        caller: String = "ci", method: String = "POST", path: String = "/runs",
        digest: String = "d"
    ) -> IdempotencyStore.Call {
        IdempotencyStore.Call(
            caller: caller, key: "k", method: method, path: path, bodyDigest: digest)
    }

    private func with(
        _ backend: TestBackend,
        _ body: (IdempotencyStore, any Database) async throws -> Void
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await body(IdempotencyStore(fixture.database), fixture.database)
        }
    }

    /// As if everything had happened so long ago.
    private func age(_ database: any Database, by seconds: Int64) async throws {
        try await database.transaction(.write(.ordinary)) { connection in
            _ = try connection.execute(
                "UPDATE idempotency SET created_us = created_us - $1",
                [.integer(seconds * 1_000_000)])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a call is free once, then running, then answered`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { store, _ in
            #expect(try await store.claim(Self.call) == .free)
            #expect(try await store.claim(Self.call) == .running)
            try await store.finish(Self.call, with: Self.reply)
            #expect(try await store.claim(Self.call) == .done(Self.reply))
            try await store.abandon(Self.call)
            #expect(try await store.claim(Self.call) == .done(Self.reply))
        }
    }

    @Test(arguments: TestBackend.available)
    func `a key stands for one call of one caller`(_ backend: TestBackend) async throws {
        try await with(backend) { (store, _) async throws in
            #expect(try await store.claim(Self.call) == .free)
            for other in [
                Self.call(method: "PUT"), Self.call(path: "/hosts"), Self.call(digest: "e"),
            ] {
                #expect(try await store.claim(other) == .mismatch)
            }
            #expect(try await store.claim(Self.call(caller: "other")) == .free)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an abandoned call is free again`(_ backend: TestBackend) async throws {
        try await with(backend) { store, _ in
            #expect(try await store.claim(Self.call) == .free)
            try await store.abandon(Self.call)
            #expect(try await store.claim(Self.call) == .free)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a call whose controller died is free after a while`(
        _ backend: TestBackend
    ) async throws {
        try await with(backend) { store, database in
            #expect(try await store.claim(Self.call) == .free)
            try await age(database, by: 590)
            #expect(try await store.claim(Self.call) == .running)
            try await age(database, by: 20)
            #expect(try await store.claim(Self.call) == .free)
        }
    }

    @Test(arguments: TestBackend.available)
    func `answers are kept for a day`(_ backend: TestBackend) async throws {
        try await with(backend) { store, database in
            _ = try await store.claim(Self.call)
            try await store.finish(Self.call, with: Self.reply)
            try await age(database, by: 86_300)
            #expect(try await store.sweep() == 0)
            #expect(try await store.claim(Self.call) == .done(Self.reply))
            try await age(database, by: 200)
            #expect(try await store.sweep() == 1)
            #expect(try await store.claim(Self.call) == .free)
        }
    }

    @Test(arguments: TestBackend.concurrent)
    func `of callers at the same time one is free`(_ backend: TestBackend) async throws {
        try await with(backend) { store, _ in
            let claims = try await withThrowingTaskGroup(of: IdempotencyStore.Claim.self) { group in
                for _ in 0..<16 { group.addTask { try await store.claim(Self.call) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(claims.count { $0 == .free } == 1)
            #expect(claims.count { $0 == .running } == 15)
        }
    }
}
