import AsyncHTTPClient
import Foundation
import Identity
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import ServiceLifecycle
import TestSupport
import Testing

@testable import WebSupport

@Suite(.timeLimit(.minutes(10))) struct FleetServerTests {
    @Test func `the public listener speaks both versions and the agents' one only HTTP 1`()
        async throws
    {
        let live = try await LiveServer()
        try await live.run { ports, _ in
            try await live.withClient(http2: true) { client in
                let first = try await client.call(ports[0], "")
                #expect(first.version == .http2)
                #expect(first.status == .ok)
                let second = try await client.call(ports[1], "")
                #expect(second.version == .http1_1)
                #expect(second.status == .ok)
            }
            try await live.withClient { client in
                let reply = try await client.call(ports[0], "")
                #expect(reply.version == .http1_1)
                #expect(reply.headers.first(name: "Fleetmark-Version") == "9.9")
            }
        }
    }

    @Test func `TLS 1.2 is refused`() async throws {
        let live = try await LiveServer()
        try await live.run { ports, _ in
            for port in ports {
                try await live.withClient(maximumTLS: .tlsv12) { client in
                    await #expect(throws: (any Error).self) { try await client.call(port, "") }
                }
            }
        }
    }

    @Test func `a foreign authority is not trusted`() async throws {
        let live = try await LiveServer()
        let other = try await LiveServer()
        try await live.run { ports, _ in
            try await other.withClient { client in
                await #expect(throws: (any Error).self) { try await client.call(ports[0], "") }
            }
        }
        try FileManager.default.removeItem(atPath: other.folder)
    }

    @Test func `a new certificate serves new handshakes and a broken one changes nothing`()
        async throws
    {
        let live = try await LiveServer()
        let reloading = CertificateReloading(
            store: live.store, listeners: [live.publicSecurity, live.agentSecurity],
            logger: live.surface.logger, now: LiveServer.now)
        try await live.run { ports, _ in
            let first = try await TLSProbe.leaf(ports[0], live.authority)
            #expect(try await TLSProbe.leaf(ports[0], live.authority) == first)
            try "broken".write(
                toFile: live.folder + "/site.crt", atomically: true, encoding: .utf8)
            guard case .broken = await reloading.reload() else {
                Issue.record("a broken file was taken")
                return
            }
            #expect(try await TLSProbe.leaf(ports[0], live.authority) == first)
            try LiveServer.write(try LiveServer.issue(live.authority), in: live.folder)
            guard case .replaced = await reloading.reload() else {
                Issue.record("the new pair was not taken")
                return
            }
            let second = try await TLSProbe.leaf(ports[0], live.authority)
            #expect(second != first)
            #expect(try await TLSProbe.leaf(ports[1], live.authority) == second)
        }
    }

    @Test func `100 held polls are answered 204 at shutdown`() async throws {
        let live = try await LiveServer()
        try await live.run { ports, group in
            try await live.withClient { client in
                let started = ContinuousClock.now
                try await withThrowingTaskGroup(of: UInt.self) { calls in
                    for _ in 0..<100 {
                        calls.addTask {
                            try await client.call(ports[1], "/claim/one", method: .POST).status.code
                        }
                    }
                    try await eventually("no calls held") { live.surface.polls.heldCount >= 100 }
                    await group.triggerGracefulShutdown()
                    var answered = 0
                    for try await status in calls {
                        #expect(status == 204)
                        answered += 1
                    }
                    #expect(answered == 100)
                }
                #expect(started.duration(to: .now) < .seconds(20))
            }
        }
    }

    @Test(arguments: [false, true])
    func `an event stream ends with bye at shutdown`(_ http2: Bool) async throws {
        let live = try await LiveServer()
        try await live.run { ports, group in
            try await live.withClient(http2: http2) { client in
                let reply = try await client.call(ports[0], "/live/events")
                #expect(reply.headers.first(name: "Content-Type") == "text/event-stream")
                var text = ""
                var hasStarted = false
                do {
                    for try await part in reply.body {
                        text += String(buffer: part)
                        if !hasStarted, text.contains("started") {
                            hasStarted = true
                            await group.triggerGracefulShutdown()
                        }
                    }
                } catch {
                    // Over HTTP/2 the connection may close before the stream's last frame.
                    #expect(http2)
                }
                #expect(text.hasPrefix("id: 1\nevent: started\ndata: {}\n\n"))
                #expect(text.hasSuffix("event: bye\ndata: {}\n\n"))
            }
        }
        #expect(live.surface.streams.openCount == 0)
    }

    @Test func `a body that is too large is 413 without being read`() async throws {
        let live = try await LiveServer()
        try await live.run { ports, _ in
            try await live.withClient { client in
                let reply = try await client.call(
                    ports[0], "", method: .POST, headers: ["Content-Type": "application/json"],
                    body: .bytes(ByteBuffer(repeating: 32, count: (2 << 20) + 1)))
                #expect(reply.status == .payloadTooLarge)
                let text = String(buffer: try await reply.body.collect(upTo: 4096))
                #expect(text.contains(#""reason":"body_too_large""#))
            }
        }
    }

    @Test func `malformed JSON, unknown paths and wrong methods are told over TLS`() async throws {
        let live = try await LiveServer()
        try await live.run { ports, _ in
            try await live.withClient(http2: true) { client in
                let headers: HTTPHeaders = [
                    "Content-Type": "application/json", "Authorization": "Bearer good",
                ]
                let malformed = try await client.call(
                    ports[0], "", method: .POST, headers: headers,
                    body: .bytes(ByteBuffer(string: #"{"a":1,"a":2}"#)))
                #expect(malformed.status == .badRequest)
                let unknown = try await client.call(ports[0], "/a/b/c")
                #expect(unknown.status == .notFound)
                #expect(try await unknown.body.collect(upTo: 1).readableBytes == 0)
                let wrong = try await client.call(ports[0], "", method: .PUT, headers: headers)
                #expect(wrong.status == .methodNotAllowed)
                #expect(wrong.headers.first(name: "Allow") == "GET, HEAD, POST")
            }
        }
    }

    @Test func `a connection without a head is answered 408 and closed`() async throws {
        var live = try await LiveServer()
        // Long enough for the handshake on a busy machine.
        live.limits.head = .seconds(2)
        let server = live
        try await server.run { ports, _ in
            let text = try await TLSProbe.exchange(
                "GET /api/v1/widgets HTTP/1.1\r\nHost: loc", with: ports[0], server.authority)
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `a call that does not end is cut off at the drain limit`() async throws {
        let live = try await LiveServer()
        let started = ContinuousClock.now
        try await live.run(drainLimit: .milliseconds(200)) { ports, group in
            async let text = TLSProbe.exchange(
                "POST /api/v1/widgets/stuck/body HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Length: 100\r\n\r\n{", with: ports[0], live.authority)
            try await eventually("no stream") { live.surface.streams.openCount > 0 }
            await group.triggerGracefulShutdown()
            let answer = try await text
            #expect(!answer.hasPrefix("HTTP/1.1 200"))
        }
        #expect(started.duration(to: .now) < .seconds(15))
    }

    @Test func `plain HTTP is for local addresses only`() throws {
        let responder = SurfaceFixture().responder
        for host in ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "fleet.example"] {
            #expect(throws: ListenerFailure.self) {
                try Listener(
                    name: "public", plainHTTPOn: .network(host: host, port: 0),
                    responder: responder)
            }
        }
        for host in ["127.0.0.1", "127.9.9.9", "::1", "localhost"] {
            _ = try Listener(
                name: "public", plainHTTPOn: .network(host: host, port: 0), responder: responder)
        }
    }

    @Test func `a Unix socket serves plain HTTP`() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/fm-\(UUID().uuidString).sock"
        let surface = SurfaceFixture()
        let (running, announce) = AsyncStream.makeStream(of: String.self)
        let server = FleetServer(
            listeners: [
                try Listener(
                    name: "public", plainHTTPOn: .unixSocket(path: path),
                    responder: surface.responder)
            ], longPolls: surface.polls, eventStreams: surface.streams, logger: surface.logger
        ) { announce.yield($0.map(\.text).joined()) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: surface.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = running.makeAsyncIterator()
            #expect(await iterator.next() == path)
            let client = HTTPClient(
                eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton))
            let url = try #require(
                URL(httpURLWithSocketPath: path, uri: "/api/v1/widgets")?.absoluteString)
            let reply = try await client.execute(.init(url: url), timeout: .seconds(10))
            #expect(reply.status == .ok)
            try await client.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
