package import FleetModel
package import HTTPTypes
package import Hummingbird
package import Identity

/// A signed-in browser that makes a call.
package struct BrowserSession: Sendable, Equatable {
    /// The cookie's name. Source: API contract, §2.
    package static let cookieName = "fleetmark_session"

    package let key: KeyIdentity
    /// Every form and every writing call of this browser carries it.
    package let formToken: String
    package let expiresAt: ServerTime

    package init(key: KeyIdentity, formToken: String, expiresAt: ServerTime) {
        self.key = key
        self.formToken = formToken
        self.expiresAt = expiresAt
    }

    /// The cookie of a new session; an empty text with no seconds left ends it.
    package static func cookie(_ text: String, seconds: Int64) -> String {
        "\(cookieName)=\(text); Path=/; Max-Age=\(max(0, seconds)); HttpOnly; Secure; SameSite=Lax"
    }
}

/// Turns a cookie's text into a session.
package protocol SessionAuthenticator: Sendable {
    /// Nil when the session, or its key, has ended.
    func session(_ text: String) async throws -> BrowserSession?
}

extension Request {
    /// The session cookie's text; nil when there is none, or when another site makes the call.
    package func sessionText(in context: some FleetContext) -> String? {
        guard !comesFromElsewhere(in: context) else { return nil }
        for field in headers[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.drop { $0 == " " }
                guard pair.hasPrefix(BrowserSession.cookieName + "=") else { continue }
                return String(pair.dropFirst(BrowserSession.cookieName.utf8.count + 1))
            }
        }
        return nil
    }

    /// Whether a browser says that another site's page makes the call. Following a link does not
    /// count. Source: Fetch Metadata Request Headers (W3C), RFC 6454 §7.
    ///
    /// A proxy may give the call another host than the browser's, so that of `--public-url` is
    /// this site too.
    package func comesFromElsewhere(in context: some FleetContext) -> Bool {
        if let site = headers[HeaderName.fetchSite], site != "same-origin", site != "none" {
            let isLink = headers[HeaderName.fetchMode] == "navigate" && method == .get
            if !isLink { return true }
        }
        guard let origin = headers[HeaderName.origin] else { return false }
        guard let start = origin.firstRange(of: "://") else { return true }
        let site = origin[start.upperBound...]
        return ![head.authority, context.publicAuthority].contains {
            $0.map { $0[...] == site } ?? false
        }
    }
}

extension HeaderName {
    package static let origin = name("Origin")
    package static let forwardedFor = name("X-Forwarded-For")
    package static let fetchSite = name("Sec-Fetch-Site")
    package static let fetchMode = name("Sec-Fetch-Mode")
    package static let formToken = name("X-CSRF-Token")
}
