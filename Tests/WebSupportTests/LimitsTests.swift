import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import WebSupport

/// What callers may take, over real connections of both versions.
@Suite(.timeLimit(.minutes(10))) struct LimitsTests {
    @Test(arguments: [false, true])
    func `an export that nobody takes is cut off`(_ http2: Bool) async throws {
        var live = try await LiveServer()
        live.surface.policy.times.exportStall = .milliseconds(200)
        let served = live
        try await served.run { ports, _ in
            try await served.withClient(http2: http2) { client in
                let reply = try await client.call(ports[0], "/endless/export")
                #expect(reply.status == .ok)
                try await eventually("the export goes on") {
                    served.surface.streams.openCount == 0
                }
                // Until here somebody could have read it.
                await #expect(throws: (any Error).self) {
                    for try await _ in reply.body {}
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `an export that takes too long is cut off`(_ http2: Bool) async throws {
        var live = try await LiveServer()
        live.surface.policy.times.export = .milliseconds(500)
        let served = live
        try await served.run { ports, _ in
            try await served.withClient(http2: http2) { client in
                let reply = try await client.call(ports[0], "/endless/export")
                var bytes = 0
                do {
                    for try await part in reply.body { bytes += part.readableBytes }
                    Issue.record("the export came to an end")
                } catch {
                    #expect(bytes > 0)
                }
            }
        }
        #expect(served.surface.streams.openCount == 0)
    }

    @Test(arguments: [false, true])
    func `too many header fields are refused`(_ http2: Bool) async throws {
        var live = try await LiveServer()
        live.surface.policy.headerCount = 20
        live.surface.policy.headerBytes = 4000
        live.limits.headerCount = 20
        live.limits.headerBytes = 4000
        let served = live
        try await served.run { ports, _ in
            try await served.withClient(http2: http2) { client in
                var many = HTTPHeaders()
                for number in 0..<30 { many.add(name: "X-Field-\(number)", value: "1") }
                let tooMany = try await client.call(ports[0], "", headers: many)
                #expect(tooMany.status == .badRequest)
                let long: HTTPHeaders = ["X-Long": String(repeating: "x", count: 5000)]
                let tooLong = try await client.call(ports[0], "", headers: long)
                #expect(tooLong.status == .badRequest)
                let fine = try await client.call(ports[0], "")
                #expect(fine.status == .ok)
            }
        }
    }
}
