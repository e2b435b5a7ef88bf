import Crypto
import NIOSSL

/// Finds out which CA a controller's certificates come from, and whether a person wants it.
struct CertificateAuthority {
    let session: Session
    let server: ServerAddress

    struct Pin: Sendable, Equatable {
        /// PEM.
        let text: String
        /// `SHA256:` and hexadecimal digits, of the certificate in DER.
        let fingerprint: String
    }

    /// The `fingerprint` is what the operator gave; a person is asked without one. Nothing when no
    /// pin is needed, since the system's CAs vouch for the server, or there is no TLS.
    func establish(expecting fingerprint: String?) async throws -> Pin? {
        guard server.isSecure else { return nil }
        if case .only(let text) = session.settings.trust {
            let pin = try Self.pin(text)
            if let fingerprint { try Self.require(pin, fingerprint) }
            return pin
        }
        if fingerprint == nil, try await isVouchedFor() { return nil }
        let pin = try Self.pin(try await fetched())
        if let fingerprint {
            try Self.require(pin, fingerprint)
            return pin
        }
        let fact = "the CA of \(server.text) is unknown here"
        // Not `--yes`: trust is given to a fingerprint, not to whatever answers.
        guard session.hasSomebody else {
            throw CommandFailure(
                .usage, "ca_unknown", fact, why: "its fingerprint is \(pin.fingerprint)",
                try: "--ca-fingerprint with what the controller printed at its start")
        }
        let question = "\(fact): \(pin.fingerprint). Does the controller print the same?"
        guard try session.ask(question) else {
            throw CommandFailure(.failed, "ca_refused", "the CA was not trusted")
        }
        return pin
    }

    private func isVouchedFor() async throws -> Bool {
        do {
            _ = try await certificate(.system(pinned: []))
            return true
        } catch let failure as CommandFailure where failure.code == "tls_refused" {
            return false
        }
    }

    private func fetched() async throws -> String { try await certificate(.unverified) }

    private func certificate(_ trust: Connection.Trust) async throws -> String {
        let connection = try Connection(to: server, as: nil, trusting: trust)
        do {
            let bytes = try await session.client(connection).stream("/ca.pem")
                .bytes(limitBytes: 1 << 20)
            await connection.close()
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            await connection.close()
            throw error
        }
    }

    static func pin(_ text: String) throws(CommandFailure) -> Pin {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)),
            let first = certificates.first, let bytes = try? first.toDERBytes()
        else {
            throw CommandFailure(
                .notReachable, "bad_ca", "the CA certificate could not be read",
                why: "it is no certificate in PEM form")
        }
        return Pin(text: text, fingerprint: "SHA256:" + SHA256.hash(data: bytes).hexadecimal)
    }

    private static func require(_ pin: Pin, _ expected: String) throws(CommandFailure) {
        guard normal(pin.fingerprint) == normal(expected) else {
            throw CommandFailure(
                .notReachable, "tls_refused", "the server's CA is not the expected one",
                why: "it is \(pin.fingerprint)",
                try: "compare with what the controller printed; someone may be in between")
        }
    }

    /// Colons between bytes and capitals mean nothing.
    private static func normal(_ fingerprint: String) -> String {
        let text = fingerprint.lowercased()
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        return String(digits.filter { $0 != ":" })
    }
}
