import TestSupport
import Testing

@testable import WebSupport

@Suite struct LogSliceTests {
    private static let text = "first line\nsecond \u{2713}\n"

    /// An attempt that runs, with a log of the text above.
    private static func withLog(
        _ body: @escaping @Sendable (SampleFleet, SampleAgent.Lease, String) async throws -> Void
    ) async throws {
        try await SampleFleet.with { fleet in
            _ = try await fleet.trigger("lantern", ["ref": "main"])
            let lease = try await fleet.agent.lease()
            _ = try await fleet.agent.appendLog(text, at: 0, of: lease)
            try await body(fleet, lease, "/attempts/\(lease.attempt)/log")
        }
    }

    struct Case: Sendable {
        let query: String
        let slice: Range<Int>
    }

    @Test func `a slice is what was asked for, with its place`() async throws {
        let length = Self.text.utf8.count
        let cases = [
            Case(query: "", slice: 0..<length), Case(query: "offset=6", slice: 6..<length),
            Case(query: "limit_bytes=5", slice: 0..<5),
            Case(query: "offset=6&limit_bytes=4", slice: 6..<10),
            Case(query: "offset=19&limit_bytes=1", slice: 19..<20),
            Case(query: "tail=4", slice: (length - 4)..<length),
            Case(query: "tail=1000", slice: 0..<length),
            Case(query: "limit_bytes=1048576", slice: 0..<length),
        ]
        try await Self.withLog { fleet, _, path in
            for given in cases {
                let reply = try await fleet.fixture.get(path + "?" + given.query)
                #expect(reply.status == 200, "\(given.query)")
                #expect(reply.bytes == Array(Array(Self.text.utf8)[given.slice]), "\(given.query)")
                #expect(reply[header: "Fleetmark-Log-Offset"] == "\(given.slice.lowerBound)")
                #expect(reply[header: "Fleetmark-Log-Length"] == "\(length)")
                #expect(reply[header: "Fleetmark-Log-Complete"] == "false")
                #expect(reply[header: "Content-Type"] == "text/plain; charset=utf-8")
                #expect(reply[header: "X-Content-Type-Options"] == "nosniff")
            }
        }
    }

    @Test func `past the end there is nothing yet, and nothing at all once it has ended`()
        async throws
    {
        try await Self.withLog { fleet, lease, path in
            let length = Self.text.utf8.count
            for offset in [length, length + 1, Int.max] {
                #expect(try await fleet.fixture.get(path + "?offset=\(offset)").status == 204)
            }
            let end = SampleAgent.end("failed", log: length, failure: SampleAgent.failure)
            #expect(try await fleet.agent.finish(end, of: lease).status == 200)
            let whole = try await fleet.fixture.get(path)
            #expect(whole[header: "Fleetmark-Log-Complete"] == "true")
            let atEnd = try await fleet.fixture.get(path + "?offset=\(length)&wait_s=50")
            #expect(atEnd.status == 200)
            #expect(atEnd.bytes.isEmpty)
            let beyond = try await fleet.fixture.get(path + "?offset=\(length + 1)")
            #expect(beyond.status == 404)
            #expect(beyond.reason == "path_not_in_log")
        }
    }

    @Test func `a reader who waits gets what comes`() async throws {
        try await Self.withLog { fleet, lease, path in
            let length = Self.text.utf8.count
            async let waiting = fleet.fixture.get(path + "?offset=\(length)&wait_s=50")
            let polls = fleet.fixture.polls
            try await eventually("the reader waits") { polls.heldCount == 1 }
            _ = try await fleet.agent.appendLog("more", at: length, of: lease)
            let reply = try await waiting
            #expect(reply.text == "more")
            #expect(reply[header: "Fleetmark-Log-Offset"] == "\(length)")
        }
    }

    @Test func `bytes that are no text come as they are`() async throws {
        try await Self.withLog { fleet, lease, path in
            let half = try await fleet.fixture.get(path + "?offset=19&limit_bytes=1")
            #expect(half.bytes == [0x9C])
        }
    }

    @Test func `a bad slice is refused`() async throws {
        try await Self.withLog { fleet, _, path in
            for query in [
                "offset=-1", "offset=x", "limit_bytes=0", "limit_bytes=1048577", "tail=0",
                "tail=1048577", "wait_s=51", "offset=1&offset=2", "offset=9223372036854775808",
            ] {
                let reply = try await fleet.fixture.get(path + "?" + query)
                #expect(reply.status == 400, "\(query)")
                #expect(reply.reason == "invalid_value", "\(query)")
            }
        }
    }
}
