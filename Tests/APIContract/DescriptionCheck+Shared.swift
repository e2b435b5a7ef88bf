package import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
package import WebSupport

extension DescriptionCheck {
    private static let known = Mutex<[String: DescriptionCheck]>([:])

    /// What controllers that run in this mode serve; each is asked once.
    ///
    /// By a surface of its own, since tests look at the figures and the log of theirs.
    package static func shared(
        by mode: String, _ surface: () throws -> some HTTPResponder<CallContext>
    ) async throws -> DescriptionCheck {
        if let check = known.withLock({ $0[mode] }) { return check }
        let logger = Logger(label: "description") { _ in SwiftLogNoOpLogHandler() }
        let text = try await Application(responder: try surface(), logger: logger)
            .test(.router) { client in
                let reply = try await client.executeRequest(
                    uri: "/api/v1/openapi.json", method: .get, headers: [:], body: nil)
                return Array(reply.body.readableBytesView)
            }
        let check = DescriptionCheck(try JSONParser.parse(text))
        known.withLock { $0[mode] = check }
        return check
    }
}
