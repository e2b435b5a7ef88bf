package import HTTPTypes

/// Header fields that the HTTP library does not name.
package enum HeaderName {
    package static let requestID = name("X-Request-Id")
    package static let version = name("Fleetmark-Version")
    package static let idempotencyKey = name("Idempotency-Key")
    package static let referrerPolicy = name("Referrer-Policy")
    package static let frameOptions = name("X-Frame-Options")
    /// The three of draft-ietf-httpapi-ratelimit-headers.
    static let rateLimit = name("RateLimit-Limit")
    static let rateRemaining = name("RateLimit-Remaining")
    static let rateReset = name("RateLimit-Reset")

    /// The text is a token of RFC 9110; anything else is our own mistake.
    package static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else {
            preconditionFailure("\(text) is no header name")
        }
        return name
    }
}
