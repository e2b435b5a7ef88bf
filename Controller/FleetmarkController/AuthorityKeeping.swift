import FleetModel
import Identity

/// What an operator does with the installation's authorities, on the files of a state folder.
package struct AuthorityKeeping: Sendable {
    private let folder: AuthorityFolder

    package init(stateDirectory: String) {
        folder = AuthorityFolder(path: StateFolder(path: stateDirectory).certificates)
    }

    /// One authority, as an operator is shown it.
    package struct Facts: Sendable, Equatable {
        /// Such as `in force`.
        package let role: String
        package let name: String
        package let fingerprint: String
        package let serial: String
        package let validUntil: String
        package let pem: String
    }

    /// The authority in force, then its successor while a rotation goes on.
    package func show() throws -> [Facts] { facts(try folder.look()) }

    /// Makes a successor; a running controller takes it up within a minute.
    package func rotate(overlap: Duration) throws -> [Facts] {
        facts(try folder.rotate(overlap: overlap, now: Composition.now()))
    }

    private func facts(_ present: FleetAuthorities.Present) -> [Facts] {
        present.trusted.enumerated().map { index, authority in
            var role = "in force"
            if let end = present.overlapEnd {
                let moment = end.calendarText
                role = index == 0 ? "in force until \(moment)" : "takes over at \(moment)"
            }
            return Facts(
                role: role, name: authority.name, fingerprint: authority.fingerprint,
                serial: authority.serial, validUntil: authority.validUntil.calendarText,
                pem: authority.certificatePEM)
        }
    }
}
