package import FleetModel
package import Identity
package import Storage
package import WebSupport

/// Browsers by their session cookie.
package struct StoredSessions: SessionAuthenticator {
    let signIn: SignIn

    package init(_ signIn: SignIn) { self.signIn = signIn }

    package func session(_ text: String) async throws -> BrowserSession? {
        guard let (text, stored) = try await signIn.session(text) else { return nil }
        return BrowserSession(
            key: stored.key, formToken: text.formToken, expiresAt: stored.expiresAt)
    }
}

/// Agents by the client certificate that the handshake verified; the deny-list is read each time.
package struct CertificateAuthenticator: AgentAuthenticator {
    let certificates: CertificateStore
    let authorities: FleetAuthorities
    let now: @Sendable () -> ServerTime

    package init(
        certificates: CertificateStore, authorities: FleetAuthorities,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.certificates = certificates
        self.authorities = authorities
        self.now = now
    }

    package func agent(presenting certificate: ClientCertificate) async throws -> AgentIdentity {
        let serial: JSONValue = .string(certificate.serial)
        guard authorities.present.trusts(certificate),
            let stored = try await certificates.certificate(serial: certificate.serial),
            stored.agent == certificate.agent
        else {
            throw APIError(
                .certificateInvalid, "The certificate is not one that this fleet relies on.",
                details: ["serial": serial])
        }
        guard certificate.isInForce(at: now()) else {
            throw APIError(
                .certificateExpired, "The certificate has expired.",
                details: [
                    "serial": serial,
                    "not_after_us": .integer(certificate.validUntil.microseconds),
                ])
        }
        guard stored.revokedAt == nil else {
            throw APIError.revoked(because: stored.revokeReason, details: ["serial": serial])
        }
        return AgentIdentity(agentID: stored.agent, hostID: stored.host)
    }
}
