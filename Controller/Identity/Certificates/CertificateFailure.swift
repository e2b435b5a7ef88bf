/// Why a certificate or key could not be made, read or used.
package struct CertificateFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package let operation: String
    /// The file, or the name of the thing where there is no file.
    package let path: String
    package let reason: String

    package init(operation: String, path: String, reason: String) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    package var description: String { "cannot \(operation) \(path): \(reason)" }
}
