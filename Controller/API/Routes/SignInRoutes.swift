import FleetModel
import HTTPTypes
import Hummingbird
package import Identity
import Storage
package import WebSupport

/// Browsers sign in with a key (API contract, §3.9).
package struct SignInRoutes<Context: FleetContext>: DescribedRoutes {
    let signIn: SignIn

    package init(signIn: SignIn) { self.signIn = signIn }

    package var subject: String { "People" }

    package var routes: [Route<Context>] {
        Route.post("sessions", "Signs a browser in", by: .open, use: open)
            .reads(.body(["key": .text])).gives(.created, .session, "With the cookie.")
            .refuses(.credentialsInvalid, .lockedOut)
        Route.get("session", "The browser's session", by: .key, use: read).gives(.session)
        Route.delete("session", "Signs out", by: .key, use: close)
            .gives(nothing: .noContent)
    }

    private struct OpenRequest: Decodable {
        let key: String
    }

    /// 201 with the cookie; 401 for a wrong key, 429 after too many of them.
    @Sendable private func open(_ request: Request, _ context: Context) async throws -> Response {
        guard !request.comesFromElsewhere(in: context) else { throw APIError.formRefused }
        let body = try await request.decodeBody(OpenRequest.self, context: context)
        switch try await signIn.open(key: body.key, from: context.peer.address) {
        case .wrongKey: throw APIError(.credentialsInvalid, "Invalid API key")
        case .lockedOut(let wait):
            throw APIError.lockedOut(for: wait)
        case .opened(let text, let stored):
            let seconds = SignIn.lifetime.components.seconds
            let session = BrowserSession(
                key: stored.key, formToken: text.formToken, expiresAt: stored.expiresAt)
            return Response(
                status: .created,
                headers: [
                    .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                    .setCookie: BrowserSession.cookie(text.secret.exposed, seconds: seconds),
                ],
                body: .init(byteBuffer: ByteBuffer(string: Self.reply(session).text)))
        }
    }

    /// 200; 401 without a session.
    @Sendable private func read(_ request: Request, _ context: Context) throws -> JSONValue {
        guard let session = context.session else { throw APIError.credentialsMissing }
        return Self.reply(session)
    }

    /// 204, and the cookie is taken away.
    @Sendable private func close(
        _ request: Request, _ context: Context
    ) async throws -> Response {
        guard context.session != nil,
            let text = request.sessionText(in: context).flatMap(SessionText.init)
        else { throw APIError.credentialsMissing }
        try await signIn.close(text)
        return Response(
            status: .noContent, headers: [.setCookie: BrowserSession.cookie("", seconds: 0)])
    }

    private static func reply(_ session: BrowserSession) -> JSONValue {
        .members([
            "key": .members([
                "id": .string(session.key.id), "name": .string(session.key.name),
                "project": session.key.project.map { .string($0) },
            ]),
            "scopes": .array(
                Scope.allCases.filter(session.key.scopesAnywhere.contains).map {
                    .string($0.rawValue)
                }),
            "csrf_token": .string(session.formToken),
            "expires_us": .integer(session.expiresAt.microseconds),
        ])
    }
}
