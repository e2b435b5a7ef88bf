import Hummingbird
import WebSupport

/// Lets bodies have fields that nobody asks for: both sides of this API grow on their own.
struct ForeignFields<Context: FleetContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.unknownFields = .ignored
        return try await next(request, context)
    }
}
