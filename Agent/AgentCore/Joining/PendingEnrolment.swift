package import AgentProtocol
import CrashPoints
import Crypto
import FleetModel

/// The key and the signing request of an enrolment that has begun.
///
/// They are on the disk before the token is spent: a token is good for one signing request, which
/// gets the same answer again for ten minutes, so that a crash or a lost reply costs nothing.
package struct PendingEnrolment: WireMessage {
    /// Of the token that the request is made for; another token gets another key.
    let tokenDigest: String
    let key: Secret
    let csr: String

    private enum CodingKeys: String, CodingKey {
        case tokenDigest = "token_digest"
        case key, csr
    }

    package func validate() throws(FieldProblem) {
        guard AgentKey(pem: key) != nil else { throw FieldProblem("/key", "It is no key.") }
    }

    /// What an earlier try for this token left, or what is made and stored now.
    package static func of(
        _ token: Secret, in folder: StateFolder
    ) throws(StateFailure) -> PendingEnrolment {
        let digest = Hexadecimal.text(Array(SHA256.hash(data: Array(token.revealed.utf8))))
        if let known = try? WireCodec.decode(
            PendingEnrolment.self, from: folder.read(folder.pending, secret: true)),
            known.tokenDigest == digest
        {
            return known
        }
        let key = AgentKey.generate()
        let bytes: [UInt8]
        let fresh: PendingEnrolment
        do {
            fresh = PendingEnrolment(
                tokenDigest: digest, key: key.pem, csr: try key.signingRequest(for: nil))
            bytes = try WireCodec.encode(fresh)
        } catch {
            throw StateFailure("write", folder.pending, reason: "\(error)")
        }
        try folder.write(bytes, to: folder.pending)
        return fresh
    }

    /// Stores the identity that came of it, which then needs no second try.
    package static func end(
        with identity: AgentIdentity, in folder: StateFolder
    ) throws(StateFailure) {
        try AgentIdentityStore(folder).save(identity)
        CrashPoint.enrolmentStored.reach()
        try folder.remove(folder.pending)
    }
}
