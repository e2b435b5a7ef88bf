import Hummingbird
import Storage
import WebSupport

/// Counts the calls that the database failed, by what was wanted of it.
struct StorageFailures<Context: FleetContext>: RouterMiddleware {
    let meter: PerfgateMeter

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if Self.isOfStorage(error) {
                meter.count(.storageErrors, operation(request, context))
            }
            throw error
        }
    }

    /// What the routes do not say themselves comes from the database.
    private static func isOfStorage(_ error: any Error) -> Bool {
        switch error {
        case StoreFailure.corrupt: true
        case is StoreFailure, is APIError, is MethodRefusal, is CancellationError,
            is any HTTPResponseError:
            false
        default: true
        }
    }

    private func operation(_ request: Request, _ context: Context) -> String {
        let path = context.endpointPath ?? ""
        return switch request.method {
        case .delete: "delete"
        case .post: path.hasSuffix("promote") ? "promote" : "upload"
        default: path.hasSuffix("baselines") ? "list" : "download"
        }
    }
}
