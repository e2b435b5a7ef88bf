import FleetModel
import FoundationEssentials
import Hummingbird
import Identity

/// The one caller of a controller that asks nobody for credentials (perfgate contract, §3.7).
///
/// It listens on this machine only. A browser of this machine also runs pages of other sites,
/// and a name of somebody else's may lead here: both are refused, since they carry no secret that
/// could be asked for.
package struct Sandbox: Sendable {
    private let session: BrowserSession

    package init() {
        let key = KeyIdentity(
            id: "local-mode", name: "local", scopes: Role.admin.scopes, project: nil)
        session = BrowserSession(
            key: key, formToken: UUID().uuidString.lowercased(),
            expiresAt: ServerTime(microseconds: .max))
    }

    /// Makes the call an administrator's.
    /// - Throws: 403 for a call that comes from another site or to another name.
    func admit(_ request: Request, to context: inout some FleetContext) throws(APIError) {
        guard Self.isThisMachine(request.head.authority) else {
            throw APIError(
                .csrfFailed,
                "A local controller answers to localhost and 127.0.0.1, not to this name.")
        }
        guard !request.comesFromElsewhere(in: context) else { throw .formRefused }
        context.caller = .key(session.key)
        context.session = session
    }

    /// Of a `Host` with its port.
    static func isThisMachine(_ authority: String?) -> Bool {
        guard let authority else { return true }
        if authority.hasPrefix("[") { return authority.hasPrefix("[::1]") }
        let host = String(authority.prefix { $0 != ":" }).lowercased()
        return ListenerAddress.network(host: host, port: 0).isLocal
    }
}
