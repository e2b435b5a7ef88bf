import FleetModel
package import Hummingbird
import Identity
import Logging
package import Storage
package import WebSupport

/// Does a POST with an `Idempotency-Key` once, and answers its repetitions as the first time
/// (API contract, §1).
///
/// Kept are 2xx and 4xx but 401, 403, 408 and 429: what else happened may be tried again. A reply
/// that nobody may store, since it shows a secret once, is not kept either.
package struct Idempotency<Context: FleetContext>: RouterMiddleware {
    private static var replyLimit: Int { 1 << 20 }
    private static var triable: Set<Int> { [401, 403, 408, 429] }

    let store: IdempotencyStore

    package init(store: IdempotencyStore) { self.store = store }

    package func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, case .key(let caller) = context.caller,
            let key = try request.idempotencyKey()
        else { return try await next(request, context) }
        let body = try await request.bodyBytes(upTo: context.maximumBodyBytes)
        let call = IdempotencyStore.Call(
            caller: caller.id, key: key.text, method: request.method.rawValue,
            path: request.uri.string,
            bodyDigest: SHA256Text.of(Array(body.readableBytesView)))
        switch try await store.claim(call) {
        case .running:
            throw APIError(
                .idempotencyInProgress, "The first call with this key is not done yet.",
                retryAfter: .seconds(1))
        case .mismatch:
            throw APIError(.idempotencyMismatch, "The key was used for another call.")
        case .done(let reply): return Self.replayed(reply)
        case .free:
            var whole = request
            whole.body = RequestBody(buffer: body)
            return try await perform(whole, context, call, next)
        }
    }

    private func perform(
        _ request: Request, _ context: Context, _ call: IdempotencyStore.Call,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            // What the layers below refuse is kept like the handler's own refusals.
            response = try await StoreErrors().handle(request, context: context, next: next)
        } catch let refusal as APIError {
            response = refusal.response(requestID: context.requestID)
        } catch {
            await forget(call, context)
            throw error
        }
        let status = response.status.code
        guard (200..<300).contains(status) || (400..<500).contains(status),
            !Self.triable.contains(status), response.headers[.cacheControl] != "no-store"
        else {
            await forget(call, context)
            return response
        }
        return try await keep(response, call)
    }

    /// In a task of its own: the caller may have gone, and its key must not stay taken.
    private func forget(_ call: IdempotencyStore.Call, _ context: Context) async {
        let store = store
        let freed = await Task { try await store.abandon(call) }.result
        if case .failure(let error) = freed {
            context.logger.error(
                "an idempotency key stays taken", metadata: .init([.error: "\(error)"]))
        }
    }

    private func keep(
        _ response: Response, _ call: IdempotencyStore.Call
    ) async throws -> Response {
        let body = try await response.collectedBody(upTo: Self.replyLimit)
        let reply = IdempotencyStore.Reply(
            status: response.status.code, body: Array(body.readableBytesView))
        let store = store
        // What was done is done, whoever still waits for the answer.
        try await Task { try await store.finish(call, with: reply) }.value
        var response = response
        response.body = ResponseBody(byteBuffer: body)
        return response
    }

    private static func replayed(_ reply: IdempotencyStore.Reply) -> Response {
        Response(
            status: .init(code: reply.status),
            headers: [
                .contentType: "application/json; charset=utf-8",
                HeaderName.name("Idempotency-Replayed"): "true",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}

extension Response {
    /// The whole body, which is small where this is used.
    fileprivate func collectedBody(upTo limit: Int) async throws -> ByteBuffer {
        let collector = BodyCollector()
        try await body.write(collector)
        guard collector.bytes.readableBytes <= limit else {
            throw APIError(.internalFault, "The reply is too large to be kept.")
        }
        return collector.bytes
    }
}

private final class BodyCollector: ResponseBodyWriter {
    private(set) var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws { bytes.writeImmutableBuffer(buffer) }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
