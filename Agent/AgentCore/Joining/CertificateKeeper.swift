import AgentProtocol
import CrashPoints
package import FleetModel
package import Logging

/// Gets a fresh certificate when two thirds of the present one's life are over.
///
/// Each renewal makes a new key. What comes back is on the disk before it is used, so that a crash
/// at any step leaves an identity that works.
package actor CertificateKeeper {
    package struct Parts: Sendable {
        package var store: AgentIdentityStore
        package var client: ControllerClient
        /// Makes the calls that follow show this identity.
        package var use: @Sendable (AgentIdentity) throws(TransportFailure) -> Void
        /// The controller's clock, as far as it is known.
        package var now: @Sendable () async -> ServerTime
        package var pause: ControllerClient.Pause
        package var logger: Logger

        package init(
            store: AgentIdentityStore, client: ControllerClient,
            use: @escaping @Sendable (AgentIdentity) throws(TransportFailure) -> Void,
            now: @escaping @Sendable () async -> ServerTime,
            pause: @escaping ControllerClient.Pause, logger: Logger
        ) {
            self.store = store
            self.client = client
            self.use = use
            self.now = now
            self.pause = pause
            self.logger = logger
        }
    }

    /// A clock that is set, or a machine that slept, is noticed this soon; also the least time
    /// between two renewals, whatever the controller says.
    static let longestPause = Duration.seconds(3600)
    /// After a renewal that failed for good.
    static let afterFailure = Duration.seconds(600)

    private let parts: Parts
    private var identity: AgentIdentity

    package init(_ identity: AgentIdentity, _ parts: Parts) {
        self.identity = identity
        self.parts = parts
    }

    /// Renews as often as needed until its task is cancelled. A refused certificate ends the agent
    /// by its own calls; were it refused here alone, it would be tried again.
    package func run() async {
        while !Task.isCancelled {
            let left = identity.renewAfter - (await parts.now())
            guard left <= .zero else {
                guard await rest(min(left, Self.longestPause)) else { return }
                continue
            }
            do throws(CallFailure) {
                try await renew()
                guard await rest(Self.longestPause) else { return }
            } catch {
                if error == .cancelled { return }
                parts.logger.with(.error, "\(error)").error("the certificate was not renewed")
                guard await rest(Self.afterFailure) else { return }
            }
        }
    }

    private func rest(_ duration: Duration) async -> Bool {
        (try? await parts.pause(duration)) != nil
    }

    private func renew() async throws(CallFailure) {
        let key = AgentKey.generate()
        let request = RenewRequest(csr: try key.signingRequest(for: identity.agentID))
        let reply: RenewReply
        CrashPoint.renewalAsking.reach()
        (reply, _) = try await parts.client.exchange(
            request, AgentCall("POST", AgentRoute.renew))
        CrashPoint.renewalAnswered.reach()
        guard let certificate = AgentCertificate(pem: reply.certificate),
            key.fits(certificate), certificate.agent == identity.agentID,
            let pins = AuthorityPins(identity.authorities)
        else { throw .malformed("it holds no certificate for this agent's new key") }
        let fresh = AgentIdentity(
            controller: identity.controller, agentID: identity.agentID,
            hostID: identity.hostID, hostName: identity.hostName,
            certificate: reply.certificate, key: key.pem,
            authorities: pins.following(bundlePEM: reply.authority).certificates,
            renewAfter: reply.renewAfter)
        do throws(StateFailure) {
            try parts.store.save(fresh)
        } catch {
            throw .malformed("the new certificate cannot be kept: \(error)")
        }
        CrashPoint.renewalStored.reach()
        do throws(TransportFailure) {
            try parts.use(fresh)
        } catch {
            throw .transport(error)
        }
        identity = fresh
        parts.logger.with(.state, "valid until \(certificate.expiryText)")
            .notice("the certificate was renewed")
    }
}
