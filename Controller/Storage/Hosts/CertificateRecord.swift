import Database
package import FleetModel

/// A client certificate as it is stored.
package struct CertificateRecord: Hashable, Sendable {
    /// Lower-case hexadecimal digits.
    package let serial: String
    package let agent: AgentID
    package let host: HostID
    package let pem: String
    package let validFrom: ServerTime
    package let validUntil: ServerTime
    package let createdAt: ServerTime
    /// Set: on the deny-list.
    package let revokedAt: ServerTime?
    package let revokeReason: String?

    /// A certificate that was issued and is not stored yet.
    package struct New: Hashable, Sendable {
        package let serial: String
        /// Of the signing request, which gets the same certificate again.
        package let requestDigest: String
        package let pem: String
        package let validFrom: ServerTime
        package let validUntil: ServerTime

        package init(
            serial: String, requestDigest: String, pem: String, validFrom: ServerTime,
            validUntil: ServerTime
        ) {
            self.serial = serial
            self.requestDigest = requestDigest
            self.pem = pem
            self.validFrom = validFrom
            self.validUntil = validUntil
        }
    }
}

extension CertificateRecord {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            serial: try row.text("serial"), agent: try row.id("agent_id"),
            host: try row.id("host_id"), pem: try row.text("pem"),
            validFrom: try row.time("not_before_us"), validUntil: try row.time("not_after_us"),
            createdAt: try row.time("created_us"), revokedAt: try row.optionalTime("revoked_us"),
            revokeReason: try row.optionalText("revoke_reason"))
    }
}
