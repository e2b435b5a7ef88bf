import Hummingbird
import Storage
import TestSupport
import Testing

@testable import WebSupport

/// Which answers are kept, and what becomes of a key whose call does not end well.
@Suite struct IdempotencyKeepingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let status: Int
        let isKept: Bool
        var testDescription: String { "\(status)" }
    }

    @Test(arguments: [
        Case(status: 200, isKept: true), Case(status: 201, isKept: true),
        Case(status: 202, isKept: true), Case(status: 204, isKept: true),
        Case(status: 304, isKept: false), Case(status: 400, isKept: true),
        Case(status: 401, isKept: false), Case(status: 403, isKept: false),
        Case(status: 404, isKept: true), Case(status: 408, isKept: false),
        Case(status: 409, isKept: true), Case(status: 422, isKept: true),
        Case(status: 429, isKept: false), Case(status: 500, isKept: false),
        Case(status: 502, isKept: false), Case(status: 503, isKept: false),
    ])
    func `an answer is kept by its status`(_ given: Case) async throws {
        try await IdempotencyFixture.with { fixture in
            let status = HTTPResponse.Status(code: given.status)
            fixture.work.set { .text(status, "{\"n\":1}") }
            let first = try await fixture.post()
            #expect(first.status == given.status)
            fixture.work.set { .text(status, "{\"n\":2}") }
            let again = try await fixture.post()
            #expect(again.status == given.status)
            #expect(fixture.work.count == (given.isKept ? 1 : 2))
            #expect((again[header: "Idempotency-Replayed"] == "true") == given.isKept)
            #expect((again.bytes == first.bytes) == given.isKept)
        }
    }

    struct Failing: Sendable, CustomTestStringConvertible {
        let error: any Error
        let status: Int
        let isKept: Bool
        var testDescription: String { "\(error)" }
    }

    @Test(arguments: [
        Failing(error: SampleProblem("broken"), status: 500, isKept: false),
        Failing(error: CancellationError(), status: 500, isKept: false),
        Failing(error: StoreFailure.terminal("run"), status: 409, isKept: true),
        Failing(error: StoreFailure.corrupt("row"), status: 500, isKept: false),
        Failing(error: APIError(.terminal, "ended"), status: 409, isKept: true),
        Failing(error: APIError(.scopeMissing, "no"), status: 403, isKept: false),
        Failing(error: APIError(.queueFull, "full"), status: 429, isKept: false),
        Failing(error: APIError(.remoteTimeout, "late"), status: 502, isKept: false),
        Failing(error: APIError(.databaseUnavailable, "away"), status: 503, isKept: false),
    ])
    func `an error is kept where its status is, else its key is free`(
        _ given: Failing
    ) async throws {
        try await IdempotencyFixture.with { fixture in
            fixture.work.set { throw given.error }
            let first = try await fixture.post()
            #expect(first.status == given.status)
            fixture.work.set { .text(.ok, "{}") }
            let again = try await fixture.post()
            #expect(again.status == (given.isKept ? given.status : 200))
            #expect(again.reason == (given.isKept ? first.reason : nil))
        }
    }

    @Test func `an empty answer is kept as one`() async throws {
        try await IdempotencyFixture.with { fixture in
            fixture.work.set { Response(status: .noContent) }
            _ = try await fixture.post()
            let again = try await fixture.post()
            #expect(again.status == 204)
            #expect(again.bytes.isEmpty)
        }
    }

    @Test func `the body reaches the handler's answer whole, however it is written`() async throws {
        try await IdempotencyFixture.with { fixture in
            fixture.work.set {
                Response(
                    status: .ok,
                    body: .init { writer in
                        for part in ["[1", ",2", "]"] {
                            try await writer.write(ByteBuffer(string: part))
                        }
                        try await writer.finish(nil)
                    })
            }
            let replies = [try await fixture.post(), try await fixture.post()]
            #expect(replies.map(\.text) == ["[1,2]", "[1,2]"])
            #expect(fixture.work.count == 1)
        }
    }

    @Test func `a call whose first is not done yet is told to come back`() async throws {
        try await IdempotencyFixture.with { fixture in
            let gate = TestGate()
            fixture.work.set {
                await gate.pass()
                return .text(.ok, "{}")
            }
            async let first = fixture.post()
            try await eventually("the first call began") { fixture.work.count == 1 }
            let second = try await fixture.post()
            #expect(second.status == 409)
            #expect(second.reason == "idempotency_in_progress")
            #expect(second[header: "Retry-After"] == "1")
            let other = try await fixture.post("{\"other\":1}")
            #expect(other.reason == "idempotency_mismatch")
            gate.open()
            let done = try await first
            #expect(done.status == 200)
            #expect(try await fixture.post()[header: "Idempotency-Replayed"] == "true")
        }
    }

    @Test func `a client that goes away after the work is done still finds the answer`()
        async throws
    {
        try await IdempotencyFixture.with { fixture in
            let gate = TestGate()
            fixture.work.set {
                await gate.pass()
                return .text(.created, "{\"made\":true}")
            }
            let client = Task { try await fixture.post() }
            try await eventually("the call began") { fixture.work.count == 1 }
            client.cancel()
            gate.open()
            _ = await client.result
            try await eventually("the answer is kept") {
                try await fixture.post().reason != "idempotency_in_progress"
            }
            let again = try await fixture.post()
            #expect(again.status == 201)
            #expect(again.text == "{\"made\":true}")
            #expect(fixture.work.count == 1)
        }
    }

    @Test func `a client that goes away before the work is done leaves its key free`() async throws
    {
        try await IdempotencyFixture.with { fixture in
            let gate = TestGate()
            fixture.work.set {
                await gate.pass()
                try Task.checkCancellation()
                return .text(.created, "{}")
            }
            let client = Task { try await fixture.post() }
            try await eventually("the call began") { fixture.work.count == 1 }
            client.cancel()
            gate.open()
            _ = await client.result
            fixture.work.set { .text(.ok, "{}") }
            try await eventually("the key is free") { try await fixture.post().status == 200 }
            #expect(fixture.work.count == 2)
        }
    }
}
