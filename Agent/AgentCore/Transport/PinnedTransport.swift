import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Calls one controller over HTTP/1.1, on one kept connection for claims and one for the rest.
///
/// TLS 1.3 only; the server's chain must end in the pinned authority and name the host.
package final class PinnedTransport: ControllerTransport {
    private let address: ControllerAddress
    private let claims: HTTPClient
    private let work: HTTPClient

    /// `authority`: the pinned certificate in DER; `nil` only for plain HTTP on loopback.
    package init(
        address: ControllerAddress, authority: [UInt8]?
    ) throws(TransportFailure) {
        self.address = address
        let configuration = try Self.configuration(address, authority)
        claims = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        work = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func configuration(
        _ address: ControllerAddress, _ authority: [UInt8]?
    ) throws(TransportFailure) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        if address.isTLS {
            guard let authority else { throw .untrusted("no authority is pinned") }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv13
            tls.certificateVerification = .fullVerification
            do {
                tls.trustRoots = .certificates([
                    try NIOSSLCertificate(bytes: authority, format: .der)
                ])
            } catch {
                throw .untrusted("the pinned authority is no certificate: \(error)")
            }
            configuration.tlsConfiguration = tls
        }
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout = .init(connect: .seconds(10))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        configuration.connectionPool.idleTimeout = .seconds(90)
        return configuration
    }

    package func send(_ call: AgentCall) async throws(TransportFailure) -> AgentReply {
        var request = HTTPClientRequest(url: address.text + call.path)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if !call.body.isEmpty { request.body = .bytes(call.body) }
        let client = call.lane == .claim ? claims : work
        do {
            let timeout = TimeAmount(call.timeout)
            let response = try await client.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: call.replyLimit)
            var headers: [String: String] = [:]
            for (name, value) in response.headers { headers[name.lowercased()] = value }
            return AgentReply(
                status: Int(response.status.code), headers: headers,
                body: Array(body.readableBytesView))
        } catch {
            if Task.isCancelled || error is CancellationError { throw .cancelled }
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> TransportFailure {
        switch error {
        case let tls as NIOSSLError: .untrusted("\(tls)")
        case let tls as BoringSSLError: .untrusted("\(tls)")
        case is NIOTooManyBytesError: .unreachable("the reply is too long")
        default: .unreachable("\(error)")
        }
    }

    package func shutdown() async {
        try? await claims.shutdown()
        try? await work.shutdown()
    }
}

/// The base address of a controller's listener for agents.
package struct ControllerAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without a slash at the end.
    package let text: String
    package let host: String
    package let port: Int
    package let isTLS: Bool

    /// `nil` but for `https://host[:port]`, or plain `http` on a loopback address.
    package init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        var rest = text[colon.upperBound...]
        while rest.hasSuffix("/") { rest.removeLast() }
        guard scheme == "https" || scheme == "http", let parts = Self.split(rest) else {
            return nil
        }
        isTLS = scheme == "https"
        host = parts.host
        port = parts.port ?? (isTLS ? 443 : 80)
        guard isTLS || Self.isLoopback(host) else { return nil }
        self.text = "\(scheme)://\(rest)"
    }

    package var description: String { text }

    /// Whether the host is written as a number, which TLS cannot name in its greeting.
    var isNumeric: Bool {
        host.contains(":") || host.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.isEmpty,
            authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            !authority.contains(where: { "/@?#\\".contains($0) })
        else { return nil }
        var host = authority
        var port: Int?
        let bracket = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
            guard let number = Int(authority[authority.index(after: colon)...]),
                (1...65535).contains(number)
            else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return host.isEmpty ? nil : (String(host), port)
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.count <= 15)
    }
}
