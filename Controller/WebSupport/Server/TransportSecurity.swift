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

    private struct Present {
        var certificate: ServerCertificate
        var clientAuthorities: String?
        var context: NIOSSLContext
    }

    private let protocols: Protocols
    private let current: Mutex<Present>

    /// `clientAuthorities`: PEM of the authorities whose client certificates are asked for and
    /// verified; a client without one is let in. Nil asks for none.
    package init(
        _ protocols: Protocols, certificate: ServerCertificate, clientAuthorities: String? = nil
    ) throws {
        self.protocols = protocols
        current = Mutex(
            Present(
                certificate: certificate, clientAuthorities: clientAuthorities,
                context: try Self.context(protocols, certificate, clientAuthorities)))
    }

    /// Open connections keep the certificate that they were made with.
    package func replace(certificate: ServerCertificate) throws {
        try current.withLock { present in
            present.context = try Self.context(
                protocols, certificate, present.clientAuthorities)
            present.certificate = certificate
        }
    }

    /// Other authorities verify the clients of the handshakes that follow; nothing changes on a
    /// listener that asks for no certificate.
    package func replace(clientAuthorities: String) throws {
        try current.withLock { present in
            guard present.clientAuthorities != nil else { return }
            present.context = try Self.context(
                protocols, present.certificate, clientAuthorities)
            present.clientAuthorities = clientAuthorities
        }
    }

    var context: NIOSSLContext { current.withLock { $0.context } }

    private static func context(
        _ protocols: Protocols, _ certificate: ServerCertificate, _ clientAuthorities: String?
    ) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.chainPEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(certificate.keyPEM.exposed.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = protocols.names
        if let clientAuthorities {
            configuration.trustRoots = .certificates(
                try NIOSSLCertificate.fromPEMBytes(Array(clientAuthorities.utf8)))
            configuration.certificateVerification = .optionalVerification
        }
        // A peer that does not answer the closing alert holds up shutdown no longer than this.
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}
