import AsyncHTTPClient
import Glibc
import NIOCore
import NIOSSL

/// Reads what a failed connection says about certificates.
enum HandshakeProblem {
    /// Alerts that a server sends about a client's certificate (RFC 8446, §6.2), as BoringSSL
    /// spells them, with what they mean for the agent.
    private static let alerts: [(name: String, meaning: String)] = [
        ("ALERT_CERTIFICATE_EXPIRED", "it has expired"),
        ("ALERT_CERTIFICATE_REVOKED", "it was revoked"),
        ("ALERT_UNKNOWN_CA", "it comes from an authority that the controller does not trust"),
        ("ALERT_BAD_CERTIFICATE", "the controller cannot use it"),
        ("ALERT_UNSUPPORTED_CERTIFICATE", "the controller cannot use it"),
        ("ALERT_CERTIFICATE_UNKNOWN", "the controller cannot use it"),
        ("ALERT_DECRYPT_ERROR", "its key does not belong to it"),
    ]

    /// What the server's alert says of our certificate; nil when there was none.
    static func alert(in error: any Error) -> String? {
        let text = "\(error)".uppercased()
        return alerts.first { text.contains($0.name) }?.meaning
    }

    /// Whether the other end closed the connection without an answer.
    static func isClosing(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case let error as NIOSSLError: error == .uncleanShutdown
        case let error as ChannelError: error == .eof || error == .ioOnClosedChannel
        default: false
        }
    }

    static func failure(of error: any Error) -> TransportFailure {
        switch error {
        case let tls as NIOSSLError: .untrusted("\(tls)")
        case let tls as BoringSSLError: .untrusted("\(tls)")
        case is NIOTooManyBytesError: .unreachable("the reply is too long")
        default: .unreachable("\(error)")
        }
    }

    /// What is known of a refused certificate.
    static func text(_ certificate: AgentCertificate?, alert: String?) -> String {
        let reason = alert ?? "it closes the connection when it is shown"
        guard let certificate else { return reason }
        return "\(reason) (serial \(certificate.serial), valid until \(certificate.expiryText))"
    }
}
