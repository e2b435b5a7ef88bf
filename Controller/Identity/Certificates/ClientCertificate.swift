package import FleetModel
import SwiftASN1
import X509

/// What an agent's certificate says, once the handshake has verified it.
package struct ClientCertificate: Hashable, Sendable {
    /// Lower-case hexadecimal digits without leading zeros, as stored and shown.
    package let serial: String
    package let agent: AgentID
    package let validFrom: ServerTime
    package let validUntil: ServerTime
    /// Names the authority that issued it.
    let authorityKey: [UInt8]

    /// Before the agent's identifier in the common name.
    package static let subjectPrefix = "agent:"

    /// Reads the DER form; fails for a certificate that is no agent's.
    package init(der bytes: [UInt8]) throws(CertificateFailure) {
        let certificate = try certificateStep("read", Self.what) {
            try Certificate(derEncoded: bytes)
        }
        try self.init(certificate)
    }

    init(_ certificate: Certificate) throws(CertificateFailure) {
        guard let agent = Self.agent(namedBy: certificate.subject.commonName ?? "") else {
            throw CertificateFailure(
                operation: "read", path: Self.what, reason: "its subject is not agent:<id>")
        }
        guard
            let identifier = try? certificate.extensions.authorityKeyIdentifier?.keyIdentifier
        else {
            throw CertificateFailure(
                operation: "read", path: Self.what, reason: "it does not name its authority")
        }
        serial = Self.text(of: certificate.serialNumber)
        self.agent = agent
        validFrom = ServerTime(certificate.notValidBefore)
        validUntil = ServerTime(certificate.notValidAfter)
        authorityKey = Array(identifier)
    }

    package func isInForce(at now: ServerTime) -> Bool { validFrom <= now && now < validUntil }

    /// The agent that a common name `agent:<id>` names; nil for any other text.
    package static func agent(namedBy commonName: String) -> AgentID? {
        guard commonName.hasPrefix(subjectPrefix) else { return nil }
        return AgentID(String(commonName.dropFirst(subjectPrefix.count)))
    }

    static func text(of serial: Certificate.SerialNumber) -> String {
        Hexadecimal.text(serial.bytes.drop { $0 == 0 })
    }

    private static let what = "a client certificate"
}
