import Crypto
package import FleetModel
import FoundationEssentials
import SwiftASN1
import X509

/// What the agent's own certificate says.
package struct AgentCertificate: Sendable, Equatable {
    /// Hexadecimal, as the controller lists it.
    package let serial: String
    package let agent: AgentID
    package let validUntil: ServerTime
    /// X9.63 form.
    let publicKey: [UInt8]

    static let subjectPrefix = "agent:"

    /// Reads one PEM certificate on a P-256 key whose subject is `agent:<id>`; nil for another.
    package init?(pem: String) {
        guard let certificate = try? Certificate(pemEncoded: pem),
            let key = P256.Signing.PublicKey(certificate.publicKey),
            let agent = Self.agent(in: certificate.subject)
        else { return nil }
        serial = Hexadecimal.text(certificate.serialNumber.bytes.drop { $0 == 0 })
        self.agent = agent
        validUntil = ServerTime(
            microseconds: Int64(certificate.notValidAfter.timeIntervalSince1970) * 1_000_000)
        publicKey = Array(key.x963Representation)
    }

    /// Such as `2031-04-30T12:00:00Z`.
    package var expiryText: String {
        Date(timeIntervalSince1970: Double(validUntil.microseconds) / 1_000_000)
            .formatted(.iso8601)
    }

    private static func agent(in subject: DistinguishedName) -> AgentID? {
        for part in subject {
            for attribute in part where attribute.type == .RDNAttributeType.commonName {
                let text = String(describing: attribute.value)
                guard text.hasPrefix(subjectPrefix) else { continue }
                return AgentID(String(text.dropFirst(subjectPrefix.count)))
            }
        }
        return nil
    }
}
