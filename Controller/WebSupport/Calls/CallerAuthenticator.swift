package import Hummingbird

/// Turns the public listener's credentials into a caller.
package protocol CallerAuthenticator: Sendable {
    /// Anonymous for nil, which is a call without the header; throws a 401 `APIError` for a bad
    /// credential, even where none is needed.
    func caller(authorization: String?, peer: Peer) async throws -> Caller
}

/// Turns an agent's credentials into its identity.
package protocol AgentAuthenticator: Sendable {
    func agent(presenting credential: AgentCredential) async throws -> AgentIdentity
}

/// How an agent shows who it is.
package enum AgentCredential: Sendable {
    /// The text after `Bearer `.
    case bearer(String)
    /// DER of the certificate that the handshake verified.
    case certificate([UInt8])
}

/// Sets the caller of each call of a group; a bad credential is 401, a missing one is anonymous.
package struct CallerMiddleware<Context: FleetContext>: RouterMiddleware {
    let authenticator: any CallerAuthenticator

    package init(_ authenticator: any CallerAuthenticator) { self.authenticator = authenticator }

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try await authenticator.caller(
            authorization: request.headers[.authorization], peer: context.peer)
        return try await next(request, context)
    }
}

/// Admits agents only: every call of the group has an agent as its caller, or is 401.
package struct AgentMiddleware<Context: FleetContext>: RouterMiddleware {
    let authenticator: any AgentAuthenticator

    package init(_ authenticator: any AgentAuthenticator) { self.authenticator = authenticator }

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let credential = credential(of: request, context.peer) else {
            throw APIError.credentialsMissing
        }
        var context = context
        context.caller = .agent(try await authenticator.agent(presenting: credential))
        return try await next(request, context)
    }

    private func credential(of request: Request, _ peer: Peer) -> AgentCredential? {
        if let certificate = peer.certificate { return .certificate(certificate) }
        guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
            return nil
        }
        return .bearer(String(header.dropFirst("Bearer ".count)))
    }
}
