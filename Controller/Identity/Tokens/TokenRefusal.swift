/// Why a token lets nobody in.
package enum TokenRefusal: Error, Sendable, Equatable {
    /// Neither a secret nor a provider is configured.
    case unconfigured
    case expired
    /// Never holds a part of the token.
    case invalid(String)
    /// The token is good, and nothing was given to whom it names.
    case unmapped(subject: String)
    /// The provider's keys cannot be read, so nothing can be said of the token.
    case providerUnavailable(issuer: String)
}
