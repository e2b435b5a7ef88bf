package import FleetModel

/// Asks for a fresh certificate at two thirds of the old one's life.
package struct RenewRequest: WireMessage {
    /// Certificate signing request in PEM.
    package let csr: String

    package init(
        csr: String
    ) {
        self.csr = csr
    }

    private enum CodingKeys: String, CodingKey {
        case csr
    }
}

extension RenewRequest {
    package func validate() throws(FieldProblem) {
        try FieldCheck.text("csr", csr, limit: 16_384)
    }
}

package struct RenewReply: WireMessage {
    package let certificate: String
    /// As in `EnrollReply`.
    package let authority: String
    package let jobKeys: [JobKey]
    package let renewAfter: ServerTime

    package init(
        certificate: String, authority: String, jobKeys: [JobKey], renewAfter: ServerTime
    ) {
        self.certificate = certificate
        self.authority = authority
        self.jobKeys = jobKeys
        self.renewAfter = renewAfter
    }

    private enum CodingKeys: String, CodingKey {
        case certificate
        case authority = "ca"
        case jobKeys = "job_keys"
        case renewAfter = "renew_after_us"
    }
}
