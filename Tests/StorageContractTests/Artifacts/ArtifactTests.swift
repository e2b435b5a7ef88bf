import FleetModel
import Storage
import Synchronization
import TestSupport
import Testing

/// Names, parts and contents of artifacts, on every store.
@Suite struct ArtifactTests {
    private static let small = ArtifactLimits(
        artifactBytes: 1000, attemptBytes: 1500, count: 3, partBytes: 100)

    private static func key(_ digit: Character) throws -> ContentKey {
        try #require(ContentKey("sha256:" + String(repeating: digit, count: 64)))
    }

    private static func file(
        _ name: String, _ digit: Character, size: Int64 = 250
    ) throws -> ArtifactStore.Declaration {
        ArtifactStore.Declaration(
            id: QueueFixture.fresh(), name: name, kind: "profile", mediaType: "text/plain",
            sizeBytes: size, key: try key(digit), partBytes: 1 << 20, role: .candidate,
            benchmark: "parse", facts: Parameters(["tool": "perf"]))
    }

    private struct Work {
        let fixture: QueueFixture
        let store: ArtifactStore
        let agent: QueueFixture.Agent
        let lease: ClaimStore.Lease
        var holder: AttemptStore.Holder { fixture.holder(lease, agent) }

        func declare(
            _ file: ArtifactStore.Declaration, isKept: Bool = false
        ) async throws -> ArtifactStore.Standing {
            try await store.declare(file, isKept: isKept, from: holder)
        }

        func finish(naming artifacts: [String]) async throws -> FinishStore.Answer {
            try await fixture.finishes.finish(
                FinishStore.Report(
                    outcome: .completed, failure: nil, lastSequence: 0, logLength: 0,
                    artifacts: artifacts, digest: "end"), from: holder)
        }
    }

    private static func with(
        _ backend: TestBackend, limits: ArtifactLimits = small,
        _ body: (Work) async throws -> Void
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(2)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            try await body(
                Work(
                    fixture: fixture, store: ArtifactStore(fixture.database, limits: limits),
                    agent: agent, lease: lease))
        }
    }

    @Test(arguments: TestBackend.available)
    func `parts are counted until none is missing`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("profile/a", "a")
            let declared = try await work.declare(file)
            #expect(declared.isNew)
            #expect(declared.missing == [0, 1, 2])
            #expect(declared.artifact.partBytes == 100)
            #expect(declared.place(ofPart: 2)?.offset == 200)
            #expect(declared.place(ofPart: 2)?.length == 50)
            #expect(declared.place(ofPart: 3) == nil)
            #expect(declared.place(ofPart: -1) == nil)
            let again = try await work.declare(file)
            #expect(again.artifact == declared.artifact)
            #expect(!again.isNew)
            for (number, left) in [(1, [0, 2]), (1, [0, 2]), (0, [2])] {
                let after = try await work.store.partArrived(
                    number, of: file.key, from: work.holder)
                #expect(after.missing == left)
            }
            #expect(try await work.store.artifacts(of: work.lease.attempt.run).isEmpty)
            let last = try await work.store.partArrived(2, of: file.key, from: work.holder)
            #expect(last.missing.isEmpty && !last.isStored)
            try await work.store.completed(file.key, sizeBytes: file.sizeBytes) { true }
            let listed = try await work.store.artifacts(of: work.lease.attempt.run)
            #expect(listed.map(\.name) == ["profile/a"])
            #expect(listed.first?.facts["tool"] == "perf")
            #expect(try await work.store.artifact(declared.artifact.id) == listed.first)
        }
    }

    @Test(arguments: TestBackend.available)
    func `what is here already need not come again`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            _ = try await work.declare(file)
            try await work.store.completed(file.key, sizeBytes: 250) { true }
            let second = try await work.declare(try Self.file("two", "a"), isKept: true)
            #expect(second.isNew && second.isStored && second.missing.isEmpty)
            // A row without its file is no content.
            let third = try await work.declare(try Self.file("three", "a"), isKept: false)
            #expect(third.missing == [0, 1, 2])
        }
    }

    @Test(arguments: TestBackend.available)
    func `a name has one content, and limits hold`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            _ = try await work.declare(try Self.file("one", "a", size: 900))
            await #expect(throws: StoreFailure.artifactMismatch("one")) {
                _ = try await work.declare(try Self.file("one", "b", size: 900))
            }
            await #expect(throws: StoreFailure.artifactTooLarge(limit: 1000)) {
                _ = try await work.declare(try Self.file("large", "b", size: 1001))
            }
            await #expect(throws: StoreFailure.quotaExceeded("1500 bytes")) {
                _ = try await work.declare(try Self.file("two", "b", size: 601))
            }
            // Equal content counts once.
            _ = try await work.declare(try Self.file("same", "a", size: 900))
            _ = try await work.declare(try Self.file("two", "b", size: 600))
            await #expect(throws: StoreFailure.quotaExceeded("3 artifacts")) {
                _ = try await work.declare(try Self.file("four", "c", size: 0))
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `an attempt ends when all that it names is here`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            let other = try Self.key("b").text
            _ = try await work.declare(file)
            _ = try await work.store.partArrived(0, of: file.key, from: work.holder)
            let missing = [
                MissingContent(digest: file.key.text, parts: [1, 2]),
                MissingContent(digest: other, parts: []),
            ]
            await #expect(
                throws: StoreFailure.incomplete(
                    fromSequence: nil, logFrom: nil, artifacts: missing)
            ) {
                _ = try await work.finish(naming: [file.key.text, other])
            }
            let beat = try await work.fixture.attempts.heartbeat(
                QueueFixture.beat, from: work.holder)
            #expect(beat.missing == [missing[0]])
            try await work.store.completed(file.key, sizeBytes: 250) { true }
            let answer = try await work.finish(naming: [file.key.text])
            #expect(answer.attempt == .uploaded)
            await #expect(throws: StoreFailure.terminal("attempt \(work.lease.attempt.id)")) {
                _ = try await work.declare(try Self.file("late", "c"))
            }
            // What was declared before stays as it was acknowledged.
            #expect(try await work.declare(file).isStored)
        }
    }

    @Test(arguments: TestBackend.available)
    func `an old fence stores no part`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            _ = try await work.declare(file)
            let wrong = AttemptStore.Holder(
                attempt: work.lease.attempt.id, fence: try #require(Fence(99)),
                agent: work.agent.agent, session: work.agent.session)
            await #expect(throws: StoreFailure.fenced(work.lease.attempt.fence)) {
                _ = try await work.store.partArrived(0, of: file.key, from: wrong)
            }
            await #expect(throws: StoreFailure.fenced(work.lease.attempt.fence)) {
                try await work.store.requireReceiving(wrong)
            }
            try await work.store.requireReceiving(work.holder)
            await #expect(throws: StoreFailure.fenced(work.lease.attempt.fence)) {
                _ = try await work.store.declare(file, isKept: false, from: wrong)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `retention takes the bytes and keeps the names`(_ backend: TestBackend) async throws {
        var limits = Self.small
        limits.keep = .seconds(-1)
        try await Self.with(backend, limits: limits) { work in
            let kept = ArtifactStore(work.fixture.database, limits: Self.small)
            let file = try Self.file("one", "a")
            let declared = try await work.declare(file)
            try await work.store.completed(file.key, sizeBytes: 250) { true }
            #expect(try await kept.expire(limit: 10) == 0)
            #expect(try await kept.doom(limit: 10).isEmpty)
            #expect(try await work.store.expire(limit: 10) == 1)
            #expect(try await work.store.expire(limit: 10) == 0)
            let gone = try #require(try await kept.artifact(declared.artifact.id))
            #expect(gone.deletedAt != nil)
            #expect(try await kept.doom(limit: 10) == [file.key])
            // Found again after a crash between the two steps; nobody may use it meanwhile.
            #expect(try await kept.doom(limit: 10) == [file.key])
            #expect(try await kept.mayKeep(file.key) == false)
            let second = try await work.declare(try Self.file("two", "a"), isKept: true)
            #expect(!second.isStored)
            // An upload that was on its way when the content was doomed is not whole.
            await #expect(throws: StoreFailure.contentLeaving) {
                try await kept.completed(file.key, sizeBytes: 250) { true }
            }
            let unlinked = Mutex(0)
            #expect(try await kept.remove(file.key) { unlinked.withLock { $0 += 1 } })
            #expect(try await kept.mayKeep(file.key))
            #expect(try await kept.doom(limit: 10).isEmpty)
            // A second sweeper, or one that was slow: the bytes may be somebody's again.
            #expect(try await kept.remove(file.key) { unlinked.withLock { $0 += 1 } } == false)
            try await kept.completed(file.key, sizeBytes: 250) { true }
            #expect(try await kept.remove(file.key) { unlinked.withLock { $0 += 1 } } == false)
            #expect(unlinked.withLock { $0 } == 1)
        }
    }

    @Test(arguments: TestBackend.available)
    func `content is not whole without its file`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            _ = try await work.declare(file)
            await #expect(throws: StoreFailure.contentLeaving) {
                try await work.store.completed(file.key, sizeBytes: 250) { false }
            }
            #expect(try await work.store.artifacts(of: work.lease.attempt.run).isEmpty)
            // The same as content of no row: the next upload begins anew.
            #expect(try await work.store.mayKeep(file.key))
        }
    }

    @Test(arguments: TestBackend.available)
    func `files that no row knows are claimed, and no others`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            _ = try await work.declare(file)
            try await work.store.completed(file.key, sizeBytes: 250) { true }
            let orphan = try Self.key("b")
            #expect(try await work.store.claim(orphans: [file.key, orphan]) == [orphan])
            #expect(try await work.store.mayKeep(orphan) == false)
            // After a crash it is found by itself.
            #expect(try await work.store.doom(limit: 10) == [orphan])
            #expect(try await work.store.remove(orphan) {})
            #expect(try await work.store.mayKeep(orphan))
        }
    }

    @Test(arguments: TestBackend.available)
    func `an upload that never ended is found when it is old`(_ backend: TestBackend) async throws {
        try await Self.with(backend) { work in
            let file = try Self.file("one", "a")
            let declared = try await work.declare(file)
            _ = try await work.store.partArrived(0, of: file.key, from: work.holder)
            #expect(
                try await work.store.openUploads(olderThan: .seconds(3600), limit: 10).isEmpty)
            let open = try await work.store.openUploads(olderThan: .seconds(-1), limit: 10)
            #expect(open.map(\.upload) == [declared.upload])
            try await work.store.restart(file.key, of: work.lease.attempt.id)
            #expect(try await work.store.openUploads(olderThan: .seconds(-1), limit: 10).isEmpty)
        }
    }
}
