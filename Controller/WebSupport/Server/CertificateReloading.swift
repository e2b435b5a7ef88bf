package import FleetModel
package import Identity
package import Logging
import ServiceLifecycle

/// Hands changed certificates and authorities to the listeners: looked for every minute, or when
/// told to.
package struct CertificateReloading: Service {
    private let store: ServerCertificateStore
    private let authorities: FleetAuthorities?
    private let listeners: [TransportSecurity]
    private let now: @Sendable () -> ServerTime
    private let interval: Duration
    private let logger: Logger

    package init(
        store: ServerCertificateStore, authorities: FleetAuthorities? = nil,
        listeners: [TransportSecurity], logger: Logger, interval: Duration = .seconds(60),
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.store = store
        self.authorities = authorities
        self.listeners = listeners
        self.logger = logger
        self.interval = interval
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil { await reload() }
        }
    }

    /// Looks now; a pair that cannot be used leaves the former one in force and is logged.
    @discardableResult
    package func reload() async -> ServerCertificateStore.Change {
        reloadAuthorities()
        let change = await store.refresh(now: now())
        switch change {
        case .unchanged: break
        case .broken(let failure):
            logger.error(
                "the new certificate cannot be used, the former one stays",
                metadata: .init([.reason: .string(failure.description)]))
        case .replaced(let certificate):
            do {
                for listener in listeners { try listener.replace(certificate: certificate) }
                logger.notice(
                    "the certificate was replaced",
                    metadata: .init([
                        .validUntil: .stringConvertible(certificate.validUntil.microseconds)
                    ]))
            } catch {
                let failure = CertificateFailure(
                    operation: "use", path: "server certificate", reason: "\(error)")
                logger.error(
                    "the new certificate cannot be used, the former one stays",
                    metadata: .init([.reason: .string(failure.description)]))
                return .broken(failure)
            }
        }
        return change
    }

    /// A rotation that began or ended changes whose clients the listeners accept.
    private func reloadAuthorities() {
        guard let authorities else { return }
        do {
            guard try authorities.refresh(now: now()) else { return }
            let present = authorities.present
            for listener in listeners {
                try listener.replace(clientAuthorities: present.bundlePEM)
            }
            logger.notice(
                "the authorities changed",
                metadata: .init([.names: "\(present.trusted.map(\.fingerprint))"]))
        } catch {
            logger.error(
                "the authorities cannot be read again, the former ones stay",
                metadata: .init([.reason: .string("\(error)")]))
        }
    }
}
