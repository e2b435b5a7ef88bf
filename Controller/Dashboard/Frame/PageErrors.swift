import HTTPTypes
package import Hummingbird
import Logging
package import WebSupport

/// Shows refusals of pages as pages.
package struct PageErrors<Context: FleetContext>: RouterMiddleware {
    let renderer: PageRenderer

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return try await response(to: error, request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            context.logger.error(
                "a page failed inside",
                metadata: .init([.error: .string(String(reflecting: error))]))
            return try await response(
                to: APIError(.internalFault, "Something failed inside the controller."), request,
                context)
        }
    }

    private func response(
        to error: APIError, _ request: Request, _ context: Context
    ) async throws -> Response {
        let viewer = Viewer(context, address: request.uri.string)
        // Readers without credentials are led to where they get some.
        if error.reason == .credentialsMissing, request.method == .get {
            return Response(
                status: .seeOther,
                headers: [.location: PagePath.signIn(returnTo: viewer.address).text])
        }
        let model = ErrorModel(error, requestID: context.requestID, viewer: viewer)
        var response = try await renderer.response(
            model.content, for: viewer, status: error.status)
        if error.status == .unauthorized {
            response.headers[.wwwAuthenticate] = "Bearer realm=\"fleetmark\""
        }
        if let retryAfter = error.retryAfter {
            response.headers[.retryAfter] = "\(max(1, retryAfter.components.seconds))"
        }
        return response
    }
}

/// Shows addresses that nothing answers as a page, except to programs.
package struct UnknownPages<Context: FleetContext>: RouterMiddleware {
    let renderer: PageRenderer

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError
            where error.status == .notFound && isOfPages(request)
        {
            let viewer = Viewer(context, address: request.uri.string)
            let model = ErrorModel(
                Viewer.nothing, requestID: context.requestID, viewer: viewer)
            return try await renderer.response(model.content, for: viewer, status: .notFound)
        }
    }

    private func isOfPages(_ request: Request) -> Bool {
        let isReading = request.method == .get || request.method == .head
        return isReading && !request.uri.path.hasPrefix("/api/")
    }
}
