import Hummingbird
import Logging
import NIOCore

/// Turns whatever a handler throws into the reply that the caller sees.
struct ErrorRendering<Context: FleetContext> {
    let context: Context

    func response(to error: any Error) -> Response {
        switch error {
        case let refusal as MethodRefusal: refusal.response
        case let error as APIError: render(error)
        case let failure as JSONSyntaxFailure: render(APIError(failure))
        case let failure as JSONShapeFailure: render(APIError(failure))
        case is NIOTooManyBytesError:
            render(APIError(.bodyTooLarge, "The body is larger than it may be."))
        case is CallAborted: Response(status: .requestTimeout)
        default: internalFault(error)
        }
    }

    private func render(_ error: APIError) -> Response {
        let needsRetryHint = error.reason.kind == .unavailable && error.retryAfter == nil
        let complete =
            needsRetryHint
            ? APIError(
                error.reason, error.message, details: error.details, retryAfter: .seconds(1),
                codeOverride: error.codeOverride) : error
        return complete.response(requestID: context.requestID)
    }

    /// The log has the cause, the caller only the request id to ask with.
    private func internalFault(_ error: any Error) -> Response {
        context.logger.error(
            "a call failed inside", metadata: .init([.error: .string(String(reflecting: error))]))
        return render(APIError(.internalFault, "Something failed inside the controller."))
    }
}
