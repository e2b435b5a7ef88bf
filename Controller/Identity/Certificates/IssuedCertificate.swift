package import FleetModel

/// A client certificate that was just issued.
package struct IssuedCertificate: Hashable, Sendable {
    package let pem: String
    package let serial: String
    package let validFrom: ServerTime
    package let validUntil: ServerTime

    package init(pem: String, serial: String, validFrom: ServerTime, validUntil: ServerTime) {
        self.pem = pem
        self.serial = serial
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// When two thirds of a certificate's life are over.
    package static func renewal(from start: ServerTime, until end: ServerTime) -> ServerTime {
        start + (end - start) * 2 / 3
    }
}
