package import Hummingbird
package import WebSupport

/// Counts the calls that are refused with 401 or 403, by perfgate's words for the reason.
package struct AuthFailures<Context: FleetContext>: RouterMiddleware {
    let meter: PerfgateMeter

    package init(_ meter: PerfgateMeter) { self.meter = meter }

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as APIError {
            if let word = Self.word(for: refusal) { meter.count(.authFailures, word) }
            throw refusal
        }
    }

    static func word(for refusal: APIError) -> String? {
        let isToken = refusal.message.contains("JWT") || refusal.message.contains("token")
        return switch refusal.reason {
        case .credentialsMissing: "missing_credentials"
        case .credentialsInvalid where isToken: "invalid_jwt"
        case .credentialsInvalid where refusal.message.contains("format"): "invalid_api_key_format"
        case .credentialsInvalid: "invalid_api_key"
        case .credentialsExpired: isToken ? "expired_jwt" : "expired_api_key"
        case .tokenUnmapped: "invalid_oidc"
        case .jwtUnconfigured: "jwt_unconfigured"
        case .scopeMissing: "insufficient_scope"
        case .projectMismatch: "project_mismatch"
        case .benchmarkRestricted: "benchmark_restricted"
        default: nil
        }
    }
}
