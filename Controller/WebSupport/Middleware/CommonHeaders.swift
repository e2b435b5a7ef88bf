import HTTPTypes
import Hummingbird

/// The headers that every reply carries.
struct CommonHeaders {
    let policy: SurfacePolicy

    static let contentSecurityPolicy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
        + "frame-ancestors 'none'"

    /// The answer to every `OPTIONS` where other origins are admitted.
    static var preflight: Response {
        Response(
            status: .ok,
            headers: [.accessControlAllowMethods: "*", .accessControlAllowHeaders: "*"])
    }

    /// A handler's own value of a header stays.
    func add(to response: inout Response, answering request: Request) {
        set(.contentSecurityPolicy, Self.contentSecurityPolicy, in: &response)
        set(.xContentTypeOptions, "nosniff", in: &response)
        set(HeaderName.referrerPolicy, "same-origin", in: &response)
        set(HeaderName.frameOptions, "DENY", in: &response)
        let hasCredentials =
            request.headers[.authorization] != nil || request.headers[.cookie] != nil
        set(.cacheControl, hasCredentials ? "no-store" : "no-cache", in: &response)
        if policy.sendsStrictTransportSecurity {
            set(.strictTransportSecurity, "max-age=31536000", in: &response)
        }
        guard policy.admitsOtherOrigins else { return }
        set(.accessControlAllowOrigin, "*", in: &response)
        set(
            .accessControlExposeHeaders,
            "ETag, Location, Retry-After, X-Request-Id, RateLimit-Remaining", in: &response)
    }

    private func set(_ name: HTTPField.Name, _ value: String, in response: inout Response) {
        if response.headers[name] == nil { response.headers[name] = value }
    }
}
