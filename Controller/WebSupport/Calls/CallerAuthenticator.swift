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
///
/// The `Authorization` header decides before a browser's cookie.
package struct CallerMiddleware<Context: FleetContext>: RouterMiddleware {
    let authenticator: any CallerAuthenticator
    let sessions: (any SessionAuthenticator)?
    let surface: Surface
    let sandbox: Sandbox?
    let limit: CallLimit?

    /// What calls of the group are.
    package enum Surface: Sendable {
        /// A cookie that has ended is 401, and one that writes needs the form token as a header.
        case programs
        /// A cookie that has ended is a reader without one; forms carry the token themselves. They
        /// show whole projects: who is limited to some benchmarks sees what everybody sees.
        case pages
    }

    package init(
        _ authenticator: any CallerAuthenticator,
        sessions: (any SessionAuthenticator)? = nil, of surface: Surface = .programs,
        sandbox: Sandbox? = nil, limit: CallLimit? = nil
    ) {
        self.authenticator = authenticator
        self.sessions = sessions
        self.surface = surface
        self.sandbox = sandbox
        self.limit = limit
    }

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let sandbox {
            try sandbox.admit(request, to: &context)
            return try await next(request, context)
        }
        context.caller = try await authenticator.caller(
            authorization: request.headers[.authorization], peer: context.peer)
        if request.headers[.authorization] == nil, let sessions,
            let text = request.sessionText(in: context)
        {
            if let session = try await sessions.session(text) {
                try requireToken(request, session)
                context.session = session
                context.caller = .key(session.key)
            } else if surface == .programs, request.uri.path != "/api/v1/sessions" {
                throw APIError(.sessionExpired, "The session has ended; sign in again.")
            }
        }
        try limit?.admit(context)
        if surface == .pages, context.benchmarkPattern != nil {
            context.caller = .anonymous
            context.session = nil
        }
        return try await next(request, context)
    }

    private func requireToken(
        _ request: Request, _ session: BrowserSession
    ) throws(APIError) {
        let isReading = request.method == .get || request.method == .head
        guard surface == .programs, !isReading else { return }
        guard let token = request.headers[HeaderName.formToken],
            constantTimeEqual(token, session.formToken)
        else { throw .formRefused }
    }
}

extension APIError {
    /// A writing call of a browser that does not carry its session's token.
    package static var formRefused: APIError {
        APIError(.csrfFailed, "The call does not carry the token of this session.")
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
