import AsyncHTTPClient
import FleetModel
import Foundation
import Identity
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import WebSupport

/// What a listener does with the certificates of its clients.
@Suite(.timeLimit(.minutes(10))) struct PeerCertificateTests {
    private func whoami(
        _ client: HTTPClient, _ port: Int, path: String = "whoami"
    ) async throws -> (status: Int, body: String) {
        let request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/agent/v1/\(path)")
        let reply = try await client.execute(request, timeout: .seconds(60))
        let body = try await reply.body.collect(upTo: 65536)
        return (Int(reply.status.code), String(buffer: body))
    }

    @Test func `an agent is known by its certificate`() async throws {
        let live = try await LiveServer()
        let agent = try TestAgent(of: live.authority)
        try await live.run { ports, _ in
            try await live.withClient(showing: agent) { client in
                let reply = try await whoami(client, ports[1])
                #expect(reply.status == 200)
                #expect(reply.body == agent.id.text)
            }
        }
    }

    @Test func `a client without certificate gets in and is told that one is needed`()
        async throws
    {
        let live = try await LiveServer()
        try await live.run { ports, _ in
            try await live.withClient { client in
                let reply = try await whoami(client, ports[1])
                #expect(reply.status == 401)
                #expect(reply.body.contains("certificate_required"))
            }
        }
    }

    @Test func `the public listener asks for no certificate`() async throws {
        let live = try await LiveServer()
        let agent = try TestAgent(of: live.authority)
        try await live.run { ports, _ in
            try await live.withClient(showing: agent) { client in
                let status = try await whoami(client, ports[0]).status
                #expect(status == 401)
            }
        }
    }

    @Test func `a foreign and an expired certificate fail in the handshake`() async throws {
        let live = try await LiveServer()
        let other = try await LiveServer()
        let foreign = try TestAgent(of: other.authority)
        let expired = try TestAgent(
            of: live.authority, validity: .seconds(60),
            at: LiveServer.now() + .seconds(-3600))
        try await live.run { ports, _ in
            for agent in [foreign, expired] {
                try await live.withClient(showing: agent) { client in
                    await #expect(throws: (any Error).self) {
                        try await whoami(client, ports[1])
                    }
                }
            }
        }
        try FileManager.default.removeItem(atPath: other.folder)
    }

    @Test func `a server's certificate admits no client`() async throws {
        let live = try await LiveServer()
        var agent = try TestAgent(of: live.authority)
        let server = try LiveServer.issue(live.authority)
        agent = TestAgent(
            id: agent.id, keyPEM: server.keyPEM.exposed,
            certificate: IssuedCertificate(
                pem: server.chainPEM, serial: "", validFrom: server.validFrom,
                validUntil: server.validUntil))
        let impostor = agent
        try await live.run { ports, _ in
            try await live.withClient(showing: impostor) { client in
                await #expect(throws: (any Error).self) { try await whoami(client, ports[1]) }
            }
        }
    }

    @Test func `connections of a revoked certificate close, those of others stay`()
        async throws
    {
        let live = try await LiveServer()
        let (revoked, other) = (
            try TestAgent(of: live.authority), try TestAgent(of: live.authority)
        )
        try await live.run { ports, _ in
            try await live.withClient(showing: other) { calm in
                let status = try await whoami(calm, ports[1]).status
                #expect(status == 200)
                try await live.withClient(showing: revoked) { client in
                    let waiting = Task { try await whoami(client, ports[1], path: "wait") }
                    try await eventually("the call did not arrive") {
                        live.surface.streams.openCount > 0
                    }
                    #expect(live.connections.close(serial: revoked.certificate.serial) == 1)
                    await #expect(throws: (any Error).self) { _ = try await waiting.value }
                }
                try await eventually("the connection was not forgotten") {
                    live.connections.close(serial: revoked.certificate.serial) == 0
                }
                let after = try await whoami(calm, ports[1]).status
                #expect(after == 200)
                #expect(live.connections.close(serial: other.certificate.serial) == 1)
            }
        }
    }

    @Test func `after a rotation the former authority's agents are let in no more`()
        async throws
    {
        let live = try await LiveServer()
        let next = try await LiveServer()
        let (old, new) = (
            try TestAgent(of: live.authority), try TestAgent(of: next.authority)
        )
        try await live.run { ports, _ in
            try live.agentSecurity.replace(
                clientAuthorities: live.authority.certificatePEM
                    + next.authority.certificatePEM)
            for agent in [old, new] {
                try await live.withClient(showing: agent) { client in
                    let status = try await whoami(client, ports[1]).status
                    #expect(status == 200)
                }
            }
            try live.agentSecurity.replace(clientAuthorities: next.authority.certificatePEM)
            try await live.withClient(showing: new) { client in
                let status = try await whoami(client, ports[1]).status
                #expect(status == 200)
            }
            try await live.withClient(showing: old) { client in
                await #expect(throws: (any Error).self) { try await whoami(client, ports[1]) }
            }
        }
        try FileManager.default.removeItem(atPath: next.folder)
    }
}
