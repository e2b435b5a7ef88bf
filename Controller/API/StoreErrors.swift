import CommitGraph
import Database
package import Hummingbird
import Logging
import Storage
package import WebSupport

/// Turns the failures of the layers below into refusals, at one place for all routes.
package struct StoreErrors<Context: FleetContext>: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as StoreFailure {
            if case .corrupt(let what) = failure {
                context.logger.error("stored rows contradict each other: \(what)")
            }
            throw APIError(failure)
        } catch let failure as DatabaseFailure {
            let refusal = APIError(failure)
            // What the caller sent is no fault of the database.
            if refusal.status.code >= 500 {
                context.logger.error(
                    "database failure", metadata: .init([.error: "\(failure)"]))
            }
            throw refusal
        } catch let failure as ContentFailure {
            context.logger.error(
                "artifact folder failure", metadata: .init([.error: "\(failure)"]))
            throw APIError(failure)
        } catch let failure as CommitGraphFailure {
            throw APIError(failure)
        }
    }
}

extension APIError {
    /// The refusal for what the disk would not do.
    init(_ failure: ContentFailure) {
        guard case .full = failure else {
            self.init(.internalFault, "An internal error occurred.")
            return
        }
        self.init(
            .storageFull, "The controller's disk has no room for artifacts.",
            retryAfter: .seconds(60))
    }

    /// The refusal for what the repository or its remote answered.
    init(_ failure: CommitGraphFailure) {
        let reason = failure.apiReason.flatMap(Reason.init) ?? .internalFault
        var details: [String: JSONValue] = [:]
        if case .rangeTooLong(let count, let limit) = failure {
            details = ["count": .integer(count), "limit": .integer(limit)]
        }
        self.init(reason, "\(failure)", details: details)
    }
}
