package import AgentProtocol
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Calls one controller over HTTP/1.1, on one kept connection for claims and one for the rest.
///
/// TLS 1.3 only; the server's chain must end in a pinned authority and name the host, and the agent
/// shows its own certificate. Connections of a replaced certificate serve no further call.
package final class PinnedTransport: ControllerTransport {
    /// What the agent shows in the handshake.
    package struct Own: Sendable {
        package let certificate: String
        package let key: Secret

        package init(certificate: String, key: Secret) {
            self.certificate = certificate
            self.key = key
        }
    }

    private struct Settings {
        /// Of ordinary calls.
        var tls: TLSConfiguration
        /// The same without a certificate of ours.
        var anonymous: TLSConfiguration
        var own: Own?
    }

    private let address: ControllerAddress
    private let claims: HTTPClient
    private let work: HTTPClient
    private let settings: Mutex<Settings>

    /// `authorities`: the pinned certificates in DER; `own`: nil only for enrolment.
    package init(
        address: ControllerAddress, authorities: [Base64Bytes], own: Own?
    ) throws(TransportFailure) {
        self.address = address
        settings = Mutex(try Self.settings(authorities, own))
        let configuration = Self.configuration
        claims = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        work = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Uses another certificate, and other authorities, for all calls that follow.
    package func replace(
        authorities: [Base64Bytes], own: Own
    ) throws(TransportFailure) {
        let fresh = try Self.settings(authorities, own)
        settings.withLock { $0 = fresh }
    }

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(10))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        configuration.connectionPool.idleTimeout = .seconds(90)
        return configuration
    }

    private static func settings(
        _ authorities: [Base64Bytes], _ own: Own?
    ) throws(TransportFailure) -> Settings {
        var anonymous = TLSConfiguration.makeClientConfiguration()
        anonymous.minimumTLSVersion = .tlsv13
        anonymous.certificateVerification = .fullVerification
        do {
            anonymous.trustRoots = .certificates(
                try authorities.map { try NIOSSLCertificate(bytes: $0.bytes, format: .der) })
        } catch {
            throw .untrusted("a pinned authority is no certificate: \(error)")
        }
        var tls = anonymous
        if let own {
            do {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(
                    Array(own.certificate.utf8)
                ).map { .certificate($0) }
                tls.privateKey = .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(own.key.revealed.utf8), format: .pem))
            } catch {
                throw .certificateRefused("it cannot be read: \(error)")
            }
        }
        return Settings(tls: tls, anonymous: anonymous, own: own)
    }

    package func send(_ call: AgentCall) async throws(TransportFailure) -> AgentReply {
        let (tls, own) = settings.withLock { ($0.tls, $0.own) }
        do {
            return try await execute(call, tls)
        } catch {
            if Task.isCancelled || error is CancellationError { throw .cancelled }
            guard let own else { throw HandshakeProblem.failure(of: error) }
            throw await failure(of: error, presenting: own)
        }
    }

    private func execute(
        _ call: AgentCall, _ tls: TLSConfiguration
    ) async throws -> AgentReply {
        var request = HTTPClientRequest(url: address.text + call.path)
        request.tlsConfiguration = tls
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if !call.body.isEmpty { request.body = .bytes(call.body) }
        let client = call.lane == .claim ? claims : work
        let response = try await client.execute(request, timeout: TimeAmount(call.timeout))
        let body = try await response.body.collect(upTo: call.replyLimit)
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        return AgentReply(
            status: Int(response.status.code), headers: headers,
            body: Array(body.readableBytesView))
    }

    /// Under TLS 1.3 a refused certificate shows as a connection that closes after the handshake,
    /// often without the alert that says why. Whether that is the reason is found by two small
    /// calls: a controller that answers without the certificate but closes on it refuses it.
    private func failure(
        of error: any Error, presenting own: Own
    ) async -> TransportFailure {
        let certificate = AgentCertificate(pem: own.certificate)
        if let alert = HandshakeProblem.alert(in: error) {
            return .certificateRefused(HandshakeProblem.text(certificate, alert: alert))
        }
        guard HandshakeProblem.isClosing(error) else { return HandshakeProblem.failure(of: error) }
        let question = AgentCall("GET", AgentRoute.session, timeout: .seconds(10))
        let (tls, anonymous) = settings.withLock { ($0.tls, $0.anonymous) }
        guard (try? await execute(question, anonymous)) != nil else {
            return HandshakeProblem.failure(of: error)
        }
        do {
            _ = try await execute(question, tls)
            return HandshakeProblem.failure(of: error)
        } catch {
            let alert = HandshakeProblem.alert(in: error)
            guard alert != nil || HandshakeProblem.isClosing(error) else {
                return HandshakeProblem.failure(of: error)
            }
            return .certificateRefused(HandshakeProblem.text(certificate, alert: alert))
        }
    }

    package func shutdown() async {
        try? await claims.shutdown()
        try? await work.shutdown()
    }
}
