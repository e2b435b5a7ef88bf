import Synchronization
import TestSupport
import Testing

@testable import WebSupport

@Suite struct LongPollsTests {
    private let topic = LongPolls.Topic("job")

    @Test func `a signal after the look is not lost`() async throws {
        let polls = LongPolls()
        let looks = Mutex(0)
        let answer = try await polls.hold(for: [topic], upTo: .seconds(60)) { () -> String? in
            let look = looks.withLock {
                $0 += 1
                return $0
            }
            guard look == 1 else { return "found" }
            // The change comes after this look decided that there is nothing.
            polls.signal(topic)
            return nil
        }
        #expect(answer == "found")
        #expect(polls.heldCount == 0)
    }

    @Test func `the limit ends a wait`() async throws {
        let polls = LongPolls()
        #expect(try await polls.wait(for: topic, upTo: .milliseconds(5)) == .timedOut)
    }

    @Test func `shutdown ends waits that run and waits that come`() async throws {
        let polls = LongPolls()
        async let first = polls.wait(for: topic, upTo: .seconds(60))
        try await eventually("no call held") { polls.heldCount > 0 }
        polls.shutDown()
        #expect(try await first == .shutDown)
        #expect(try await polls.wait(for: topic, upTo: .seconds(60)) == .shutDown)
    }

    @Test func `cancellation ends a wait`() async throws {
        let polls = LongPolls()
        let task = Task { try await polls.wait(for: topic, upTo: .seconds(60)) }
        try await eventually("no call held") { polls.heldCount > 0 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(polls.heldCount == 0)
    }

    @Test func `a full registry tells the caller to come back`() async throws {
        let polls = LongPolls(capacity: 0)
        let error = await #expect(throws: APIError.self) {
            try await polls.wait(for: topic, upTo: .seconds(60))
        }
        #expect(error?.reason == .overloaded)
    }

    @Test func `streams are counted per owner and end at shutdown`() throws {
        let streams = EventStreams(perOwner: 2, inAll: 3)
        let first = try streams.open(owner: "a")
        _ = try streams.open(owner: "a")
        #expect(throws: APIError.self) { try streams.open(owner: "a") }
        _ = try streams.open(owner: "b")
        #expect(throws: APIError.self) { try streams.open(owner: "c") }
        streams.close(first)
        _ = try streams.open(owner: "c")
        streams.shutDown()
        let error = #expect(throws: APIError.self) { try streams.open(owner: "d") }
        #expect(error?.reason == .shuttingDown)
    }

    @Test func `an event cannot break out of its lines`() {
        let event = ServerSentEvent(id: "1\n2", name: "a\nevent: b", data: "{\n}")
        #expect(event.text == "id: 12\nevent: aevent: b\ndata: {\ndata: }\n\n")
    }
}
