package import FleetModel

/// A certificate chain with its key, as a TLS listener needs it.
package struct ServerCertificate: Sendable {
    /// Leaf first, PEM.
    package let chainPEM: String
    /// PKCS #8, SEC 1 or PKCS #1, PEM.
    package let keyPEM: Secret
    package let names: [ServerName]
    package let validFrom: ServerTime
    package let validUntil: ServerTime

    package init(
        chainPEM: String, keyPEM: Secret, names: [ServerName], validFrom: ServerTime,
        validUntil: ServerTime
    ) {
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
        self.names = names
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    /// Whether a third of its life or less is left.
    package func isDueForRenewal(at now: ServerTime) -> Bool {
        (validUntil - now) * 3 <= validUntil - validFrom
    }
}
