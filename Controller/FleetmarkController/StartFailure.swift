import Database
import Storage
import WebSupport

/// Why a controller does not start or cannot go on, for the person who started it.
public struct StartFailure: Error, CustomStringConvertible {
    public enum Kind: Sendable {
        /// What was asked for cannot be.
        case usage
        /// The machine does not give what is needed.
        case surroundings
        /// The database cannot be used.
        case database
    }

    public let kind: Kind
    /// Without a full stop at the end.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// `listening`: where the listeners listen, for an address that cannot be had.
    init(_ error: any Error, listening: String) {
        switch error {
        case let failure as StartFailure: self = failure
        case ListenerFailure.plainHTTPNeedsLocalAddress(let address):
            self.init(
                .usage,
                "--plain-http needs a loopback address or a socket, not \(address); "
                    + "use --bind 127.0.0.1 or --socket PATH")
        case let failure as ContentFailure:
            self.init(.surroundings, "the folder for artifacts cannot be used: \(failure)")
        case let failure as DatabaseFailure:
            self.init(.database, "the database cannot be used: \(failure)" + Self.advice(failure))
        case let failure as MigrationFailure:
            self.init(.database, "the database's schema cannot be used: \(failure)")
        default:
            guard case .addressNotGiven(let reason)? = ListenerFailure(binding: error) else {
                self.init(.surroundings, "\(error)")
                return
            }
            self.init(.surroundings, "cannot listen on \(listening): \(reason)")
        }
    }

    /// What OpenSSL leaves unsaid.
    private static func advice(_ failure: DatabaseFailure) -> String {
        guard case .unavailable(let reason) = failure,
            reason.contains("certificate verify failed")
        else { return "" }
        return "; its certificate is not of an authority in the file that sslrootcert names"
    }
}
