package import Hummingbird
package import Identity

/// Turns the public listener's credentials into a caller.
package protocol CallerAuthenticator: Sendable {
    /// Anonymous for nil, which is a call without the header; throws a 401 `APIError` for a bad
    /// credential, even where none is needed.
    func caller(authorization: String?, peer: Peer) async throws -> Caller
}

/// Turns an agent's certificate into its identity.
package protocol AgentAuthenticator: Sendable {
    /// The handshake has verified that a trusted authority issued the certificate and that the
    /// peer holds its key; throws a 401 `APIError` for one that is not in force any more.
    func agent(presenting certificate: ClientCertificate) async throws -> AgentIdentity
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
        guard let certificate = context.peer.certificate else {
            throw APIError(
                .certificateRequired, "This call needs the client certificate of an agent.")
        }
        var context = context
        context.caller = .agent(try await authenticator.agent(presenting: certificate))
        return try await next(request, context)
    }
}
