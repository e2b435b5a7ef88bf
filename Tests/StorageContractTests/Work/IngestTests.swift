import FleetModel
import Storage
import TestSupport
import Testing

@Suite struct IngestTests {
    private func batch(_ sequence: Int64, _ digest: String = "d") -> IngestStore.Batch {
        IngestStore.Batch(sequence: sequence, digest: digest, body: [1, 2, 3])
    }

    @Test(arguments: TestBackend.available)
    func `batches are taken in sequence, repeats acknowledged, others refused`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let holder = fixture.holder(lease, agent)
            let first = try await fixture.ingest.store(batch(1), from: holder)
            #expect(first == IngestStore.BatchAnswer(ackedSequence: 1, isCounted: true))
            let again = try await fixture.ingest.store(batch(1), from: holder)
            #expect(again == first)
            await #expect(throws: StoreFailure.digestMismatch) {
                _ = try await fixture.ingest.store(batch(1, "other"), from: holder)
            }
            await #expect(throws: StoreFailure.sequenceGap(expected: 2)) {
                _ = try await fixture.ingest.store(batch(3), from: holder)
            }
            await #expect(throws: StoreFailure.incomplete(fromSequence: 2, logFrom: nil)) {
                _ = try await fixture.finish(lease, agent, lastSequence: 2)
            }
            _ = try await fixture.ingest.store(batch(2), from: holder)
            let answer = try await fixture.finish(lease, agent, lastSequence: 2)
            #expect(answer.attempt == .uploaded)
            let repeated = try await fixture.finish(lease, agent, lastSequence: 2)
            #expect(repeated.job == answer.job)
            await #expect(throws: StoreFailure.finishMismatch) {
                _ = try await fixture.finish(lease, agent, outcome: .failed, lastSequence: 2)
            }
        }
    }

    @Test(arguments: TestBackend.available)
    func `the log grows by offset, and overlaps must be equal`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            try await fixture.submit(1)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let holder = fixture.holder(lease, agent)
            let ingest = fixture.ingest
            _ = try await ingest.appendLog(Array("hello ".utf8), at: 0, from: holder)
            let grown = try await ingest.appendLog(Array("lo world".utf8), at: 3, from: holder)
            #expect(grown.length == 11)
            await #expect(throws: StoreFailure.logGap(length: 11)) {
                _ = try await ingest.appendLog([1], at: 12, from: holder)
            }
            await #expect(throws: StoreFailure.logMismatch(at: 4)) {
                _ = try await ingest.appendLog(Array("hellO".utf8), at: 0, from: holder)
            }
            let slice = try #require(
                try await LogStore(fixture.database).slice(
                    of: lease.attempt.id, from: 2, limit: 6))
            #expect(String(decoding: slice.bytes, as: UTF8.self) == "llo wo")
            #expect(slice.length == 11)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a transient failure is tried again and does not count`(
        _ backend: TestBackend
    ) async throws {
        let settings = LeaseSettings(retry: RetryPolicy(infraTransient: 1, backoff: .zero))
        try await QueueFixture.with(backend, settings: settings) { fixture in
            let run = try await fixture.submit(1)[0]
            let agent = try await fixture.agent()
            let failure = Failure(.infraTransient, .agentCrash, "The agent crashed.")
            let first = try #require(try await fixture.claim(agent))
            let retried = try await fixture.finish(
                first, agent, outcome: .failed, failure: failure)
            #expect(retried.job == .queued)
            #expect(!retried.isCounted)
            let second = try #require(try await fixture.claim(agent))
            let ended = try await fixture.finish(
                second, agent, outcome: .failed, failure: failure)
            #expect(ended.job == .failed)
            let record = try #require(try await fixture.runs.run(run))
            #expect(record.failure?.detail == .agentCrash)
        }
    }

    @Test(arguments: TestBackend.available)
    func `a build that fails ends the run and is not tried again`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let run = try await fixture.submit(1)[0]
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            let failure = Failure(
                .jobError, .buildFailed, "make: *** [bench] Error 1", exitStatus: 2)
            let answer = try await fixture.finish(
                lease, agent, outcome: .failed, failure: failure)
            #expect(answer.job == .failed)
            #expect(try await fixture.runs.run(run)?.failure?.message == failure.message)
            let attempt = try await fixture.runs.attempt(lease.attempt.id)
            #expect(attempt?.failure == failure)
            let pending = try await fixture.processing.pending(limit: 10)
            #expect(pending == [lease.attempt.id])
        }
    }

    @Test(arguments: TestBackend.available)
    func `queued work is cancelled at once, running work when its agent confirms`(
        _ backend: TestBackend
    ) async throws {
        try await QueueFixture.with(backend) { fixture in
            let runs = try await fixture.submit(2)
            let agent = try await fixture.agent()
            let lease = try #require(try await fixture.claim(agent))
            try await fixture.cancels.cancel(.run(runs[1]), mode: .graceful, by: "key")
            #expect(try await fixture.runs.run(runs[1])?.state == .cancelled)
            try await fixture.cancels.cancel(.run(runs[0]), mode: .graceful, by: "key")
            let answer = try await fixture.attempts.heartbeat(
                QueueFixture.beat, from: fixture.holder(lease, agent))
            #expect(answer.cancel == .graceful)
            let end = try await fixture.finish(lease, agent, outcome: .cancelled)
            #expect(end.job == .cancelled)
            await #expect(throws: StoreFailure.terminal("run \(runs[0])")) {
                try await fixture.cancels.cancel(.run(runs[0]), mode: .now, by: "key")
            }
        }
    }
}
