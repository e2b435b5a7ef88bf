package import FleetModel

/// The folder with the authorities' files, and the steps of a rotation in it.
///
/// `ca.crt` and `ca.key` are in force. During a rotation `ca-next.key`, `ca-next.until` and
/// `ca-next.crt` stand beside them, written in that order: the last one makes the rotation begin.
/// It ends by renaming the key and then the certificate over the old ones; a crash between the two
/// leaves a successor's certificate without key, and the next look completes the step.
package struct AuthorityFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    private var certificate: PrivateFile { PrivateFile(path: path + "/ca.crt") }
    private var key: PrivateFile { PrivateFile(path: path + "/ca.key") }
    private var nextCertificate: PrivateFile { PrivateFile(path: path + "/ca-next.crt") }
    private var nextKey: PrivateFile { PrivateFile(path: path + "/ca-next.key") }
    private var nextUntil: PrivateFile { PrivateFile(path: path + "/ca-next.until") }

    /// Loads the authorities, makes the first one in an empty folder, and completes a rotation
    /// whose overlap is over.
    package func open(now: ServerTime) throws(CertificateFailure) -> FleetAuthorities.Present {
        try completeInterrupted()
        if nextCertificate.exists, try overlapEnd() <= now { try complete() }
        return try load(now: now)
    }

    /// What the folder holds, changing nothing; fails without an authority.
    package func look() throws(CertificateFailure) -> FleetAuthorities.Present {
        guard certificate.exists || key.exists else {
            throw CertificateFailure(
                operation: "open the authority", path: certificate.path,
                reason: "there is none; the controller makes it at its first start")
        }
        return try load(now: ServerTime(microseconds: 0))
    }

    /// Makes the successor, which takes over after `overlap`.
    /// - Throws: also while another rotation goes on.
    package func rotate(
        overlap: Duration, now: ServerTime
    ) throws(CertificateFailure) -> FleetAuthorities.Present {
        guard certificate.exists else { return try look() }
        let present = try open(now: now)
        if let end = present.overlapEnd {
            throw CertificateFailure(
                operation: "rotate", path: certificate.path,
                reason: "a rotation goes on until \(end.calendarText)")
        }
        let end = now + overlap
        let successor = try CertificateAuthority.generate(now: now)
        try nextKey.replace(with: Array(successor.keyPEM().exposed.utf8), mode: 0o600)
        try nextUntil.replace(with: Array("\(end.microseconds)\n".utf8), mode: 0o644)
        try nextCertificate.replace(with: Array(successor.certificatePEM.utf8), mode: 0o644)
        return try open(now: now)
    }

    private func load(now: ServerTime) throws(CertificateFailure) -> FleetAuthorities.Present {
        let serving = try CertificateAuthority.open(
            certificateFile: certificate, keyFile: key, now: now)
        guard nextCertificate.exists else {
            return FleetAuthorities.Present(serving: serving, successor: nil, overlapEnd: nil)
        }
        return FleetAuthorities.Present(
            serving: serving,
            successor: try CertificateAuthority.open(
                certificateFile: nextCertificate, keyFile: nextKey, now: now),
            overlapEnd: try overlapEnd())
    }

    private func overlapEnd() throws(CertificateFailure) -> ServerTime {
        let text = String(decoding: try nextUntil.read(), as: UTF8.self)
        guard let microseconds = Int64(text.prefix { $0 != "\n" }) else {
            throw CertificateFailure(
                operation: "read", path: nextUntil.path, reason: "it holds no number")
        }
        return ServerTime(microseconds: microseconds)
    }

    private func complete() throws(CertificateFailure) {
        try nextKey.move(over: key)
        try completeInterrupted()
    }

    private func completeInterrupted() throws(CertificateFailure) {
        guard nextCertificate.exists, !nextKey.exists else { return }
        try nextCertificate.move(over: certificate)
        try nextUntil.remove()
    }
}
