import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// A client for one server, and what it may trust.
struct Connection: Sendable {
    let address: ServerAddress
    let credential: Credential?
    let client: HTTPClient

    /// Which certificates a server may show.
    enum Trust: Sendable {
        /// The system's store and these, in PEM.
        case system(pinned: [String])
        /// Nothing but these, in PEM.
        case only(String)
        /// Anything. Only to fetch a CA certificate that is then checked by its fingerprint; never
        /// with a credential.
        case unverified
    }

    init(
        to address: ServerAddress, as credential: Credential?, trusting trust: Trust
    ) throws(CommandFailure) {
        self.address = address
        if case .unverified = trust { self.credential = nil } else { self.credential = credential }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            // A long-poll is silent for 50 s at most.
            timeout: .init(connect: .seconds(10), read: .seconds(90)))
        configuration.tlsConfiguration = try Self.security(trust)
        configuration.httpVersion = .http1Only
        configuration.networkFrameworkWaitForConnectivity = false
        // Else a refused connection is tried until the request's limit has passed.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async {
        try? await client.shutdown()
    }

    private static func security(_ trust: Trust) throws(CommandFailure) -> TLSConfiguration {
        var security = TLSConfiguration.makeClientConfiguration()
        security.minimumTLSVersion = .tlsv12
        do {
            switch trust {
            case .system(let pinned):
                security.additionalTrustRoots = try pinned.map {
                    .certificates(try NIOSSLCertificate.fromPEMBytes(Array($0.utf8)))
                }
            case .only(let text):
                let certificates = try NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
                guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
                security.trustRoots = .certificates(certificates)
            case .unverified:
                security.certificateVerification = .none
            }
        } catch {
            throw CommandFailure(
                .usage, "bad_ca", "the CA certificate could not be read", why: "\(error)",
                try: "give a file with certificates in PEM form")
        }
        return security
    }

    /// Turns what the client throws into words.
    func failure(_ error: any Error) -> CommandFailure {
        if let failure = error as? CommandFailure { return failure }
        let isTrust = TransportFault.isTrustFault(error)
        return CommandFailure(
            .notReachable, isTrust ? "tls_refused" : "not_reachable",
            isTrust
                ? "the server \(address.text) could not prove who it is"
                : "the server \(address.text) could not be reached",
            why: TransportFault.text(error),
            try: isTrust
                ? "fleetmark login \(address.text) --ca-fingerprint SHA256:…, or --ca-file FILE"
                : "check --server and that the controller runs"
                    + (address.text.hasPrefix("http://")
                        ? "; one that speaks TLS has an address with https://" : ""))
    }
}

/// What went wrong below HTTP, in words.
enum TransportFault {
    static func isTrustFault(_ error: any Error) -> Bool {
        if case .handshakeFailed = error as? NIOSSLError { return true }
        if error is NIOSSLExtraError { return true }
        return false
    }

    static func text(_ error: any Error) -> String {
        if isTrustFault(error) {
            return "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "its certificate comes from a CA that is not trusted here"
                : "the TLS handshake failed: \(error)"
        }
        if let error = error as? HTTPClientError {
            return switch error {
            case .connectTimeout: "no connection within 10 s"
            case .deadlineExceeded, .readTimeout: "no answer in time"
            case .remoteConnectionClosed: "the connection was closed"
            default: error.shortDescription
            }
        }
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.first.map { text($0.error) }
                ?? "unknown host \(error.host)"
        }
        if let error = error as? IOError {
            return String(cString: strerror(error.errnoCode)).asMessage
        }
        return "\(error)"
    }
}
