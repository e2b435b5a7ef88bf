package import Identity
import NIOCore
import NIOSSL
import Synchronization

/// The TLS settings of one listener; a new certificate serves the handshakes that follow.
package final class TransportSecurity: Sendable {
    /// What a listener offers by ALPN.
    package enum Protocols: Sendable {
        case http1Only
        case http2AndHTTP1

        var names: [String] {
            switch self {
            case .http1Only: ["http/1.1"]
            case .http2AndHTTP1: ["h2", "http/1.1"]
            }
        }
    }

    private let protocols: Protocols
    private let current: Mutex<NIOSSLContext>

    package init(_ protocols: Protocols, certificate: ServerCertificate) throws {
        self.protocols = protocols
        current = Mutex(try Self.context(protocols, certificate))
    }

    /// Open connections keep the certificate that they were made with.
    package func replace(certificate: ServerCertificate) throws {
        let context = try Self.context(protocols, certificate)
        current.withLock { $0 = context }
    }

    var context: NIOSSLContext { current.withLock { $0 } }

    private static func context(
        _ protocols: Protocols, _ certificate: ServerCertificate
    ) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.chainPEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(certificate.keyPEM.exposed.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = protocols.names
        // A peer that does not answer the closing alert holds up shutdown no longer than this.
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}
