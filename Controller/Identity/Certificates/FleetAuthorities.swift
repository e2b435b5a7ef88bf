package import FleetModel
import Synchronization

/// The authorities of an installation: one, or during a rotation two.
///
/// The folder is read again by `refresh`, since another process may begin a rotation.
package final class FleetAuthorities: Sendable {
    /// What is in force at one moment.
    package struct Present: Sendable {
        /// Issued the listeners' certificate; the one that new agents pin.
        package let serving: CertificateAuthority
        /// Takes over when the overlap ends; nil outside of a rotation.
        package let successor: CertificateAuthority?
        package let overlapEnd: ServerTime?

        /// Issues agents' certificates.
        package var issuing: CertificateAuthority { successor ?? serving }
        /// Whose client certificates are accepted, the serving one first.
        package var trusted: [CertificateAuthority] { [serving] + (successor.map { [$0] } ?? []) }
        /// The certificates of `trusted`, PEM: what agents shall trust from now on.
        package var bundlePEM: String { trusted.map(\.certificatePEM).joined() }

        package func trusts(_ certificate: ClientCertificate) -> Bool {
            trusted.contains { $0.isNamed(by: certificate) }
        }
    }

    private let folder: AuthorityFolder
    private let known: Mutex<Present>

    /// Loads what the folder holds, or makes the first authority.
    package init(directory: String, now: ServerTime) throws(CertificateFailure) {
        folder = AuthorityFolder(path: directory)
        known = Mutex(try folder.open(now: now))
    }

    package var present: Present { known.withLock { $0 } }

    /// Reads the folder again and ends a rotation whose overlap is over.
    /// - Returns: whether the authorities changed.
    package func refresh(now: ServerTime) throws(CertificateFailure) -> Bool {
        let found = try folder.open(now: now)
        return known.withLock { known in
            let isSame = known.trusted.map(\.fingerprint) == found.trusted.map(\.fingerprint)
            known = found
            return !isSame
        }
    }
}
