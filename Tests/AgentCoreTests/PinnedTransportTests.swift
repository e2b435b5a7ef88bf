import AgentProtocol
import FleetModel
import Testing

@testable import AgentCore

/// What the agent makes of a connection that closes without an answer.
@Suite(.timeLimit(.minutes(5))) struct PinnedTransportTests {
    private static func failure(
        _ manner: ClosingServer.Manner, shows: Bool = true
    ) async throws -> TransportFailure? {
        let authority = try TestAuthority()
        let server = try await ClosingServer(manner, authority: authority)
        let address = try #require(ControllerAddress("https://127.0.0.1:\(server.port)"))
        let identity = try authority.identity(renewAfter: ServerTime(microseconds: 0))
        let transport = try PinnedTransport(
            address: address, authorities: identity.authorities,
            own: shows ? .init(certificate: identity.certificate, key: identity.key) : nil)
        var found: TransportFailure?
        do throws(TransportFailure) {
            _ = try await transport.send(AgentCall("POST", AgentRoute.session, body: [1]))
        } catch {
            found = error
        }
        await transport.shutdown()
        try await server.close()
        return found
    }

    @Test func `who answers others but closes on our certificate refuses it`() async throws {
        let found = try await Self.failure(.closesOnCertificates)
        guard case .certificateRefused(let reason) = found else {
            Issue.record("\(String(describing: found))")
            return
        }
        #expect(reason.contains("valid until"))
        #expect(reason.contains("serial"))
    }

    @Test(arguments: [ClosingServer.Manner.closesOnAll, .closesOnce])
    func `who closes on everybody, or once, is only away`(
        _ manner: ClosingServer.Manner
    ) async throws {
        let found = try await Self.failure(manner)
        guard case .unreachable = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }

    @Test func `without a certificate of ours nothing is refused`() async throws {
        #expect(try await Self.failure(.closesOnCertificates, shows: false) == nil)
        let found = try await Self.failure(.closesOnAll, shows: false)
        guard case .unreachable = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }
}
