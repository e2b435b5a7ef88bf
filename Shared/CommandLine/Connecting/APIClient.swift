import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Calls of the public API (API contract): JSON in, JSON out, refusals as `CommandFailure`.
/// Reads, and writes with an idempotency key, are tried again on 429 and 5xx.
struct APIClient: Sendable {
    let connection: Connection
    let retry: RetryPolicy
    /// Of one request; a long-poll adds its own wait.
    let timeout: Duration
    /// Told one line per request with `--verbose`; never secrets.
    let log: @Sendable (String) -> Void

    /// The longest reply that is kept in memory.
    static let replyLimitBytes = 64 << 20

    /// - Returns: nothing for 204.
    func read<Value: Decodable & Sendable>(
        _ path: String, _ query: [QueryField] = [], as type: Value.Type = Value.self,
        waiting wait: Duration = .zero
    ) async throws -> Reply<Value>? {
        let call = Call(method: .GET, path: path + PercentText.query(query), wait: wait)
        return try await reply(to: call)
    }

    func get<Value: Decodable & Sendable>(
        _ path: String, _ query: [QueryField] = [], as type: Value.Type = Value.self
    ) async throws -> Reply<Value> {
        try await whole(Call(method: .GET, path: path + PercentText.query(query), wait: .zero))
    }

    /// With a `key` the call is safe to repeat, and is repeated.
    func post<Value: Decodable & Sendable>(
        _ path: String, _ body: JSONTree, key: String? = nil, as type: Value.Type = Value.self
    ) async throws -> Reply<Value> {
        var call = Call(method: .POST, path: path, wait: .zero)
        call.body = body.text
        call.idempotencyKey = key
        return try await whole(call)
    }

    /// Edits an object as it was seen; one that was changed meanwhile is refused.
    func patch<Value: Decodable & Sendable>(
        _ path: String, _ body: JSONTree, version: Int64?, as type: Value.Type = Value.self
    ) async throws -> Reply<Value> {
        var call = Call(method: .PATCH, path: path, wait: .zero)
        call.body = body.text
        call.match = version.map { "\"v\($0)\"" } ?? "*"
        return try await whole(call)
    }

    /// Replaces an object as it was seen; `"*"` whatever it was.
    func put<Value: Decodable & Sendable>(
        _ path: String, _ body: JSONTree, match: String, as type: Value.Type = Value.self
    ) async throws -> Reply<Value> {
        var call = Call(method: .PUT, path: path, wait: .zero)
        call.body = body.text
        call.match = match
        return try await whole(call)
    }

    /// Repeating it changes nothing more, so it may be tried again. With a version the object goes
    /// only as it was seen.
    func delete(_ path: String, version: Int64? = nil) async throws {
        var call = Call(method: .DELETE, path: path, wait: .zero)
        call.match = version.map { "\"v\($0)\"" }
        _ = try await send(call).bytes(limitBytes: 1 << 20)
    }

    /// A body that is passed on piece by piece; the status is a good one.
    func stream(
        _ path: String, _ query: [QueryField] = [], waiting wait: Duration = .zero
    ) async throws -> StreamedReply {
        let call = Call(method: .GET, path: path + PercentText.query(query), wait: wait)
        return try await send(call)
    }

    /// A reply that has something in it.
    private func whole<Value: Decodable & Sendable>(_ call: Call) async throws -> Reply<Value> {
        guard let reply: Reply<Value> = try await reply(to: call) else {
            throw Self.malformed(String(call.path.prefix { $0 != "?" }), "it is empty")
        }
        return reply
    }

    private func reply<Value: Decodable & Sendable>(
        to call: Call
    ) async throws -> Reply<Value>? {
        let streamed = try await send(call)
        if streamed.isEmpty { return nil }
        let bytes = try await body(of: streamed)
        do {
            let data = Data(bytes)
            return Reply(
                value: try Self.decoder.decode(Value.self, from: data),
                tree: try JSONDecoder().decode(JSONTree.self, from: data))
        } catch {
            throw Self.malformed(call.path, Self.fault(error))
        }
    }

    /// The whole body; a server that stops in the middle is not waited for longer than `timeout`.
    private func body(of reply: StreamedReply) async throws -> [UInt8] {
        do {
            return try await Deadline.within(timeout) {
                try await reply.bytes(limitBytes: Self.replyLimitBytes)
            }
        } catch is Deadline.Expired {
            throw connection.failure(HTTPClientError.readTimeout)
        }
    }

    /// Sends until an answer is good, or final.
    private func send(_ call: Call) async throws -> StreamedReply {
        var tries = 0
        while true {
            try Task.checkCancellation()
            let response = try await sendOnce(call)
            if (200..<300).contains(response.status.code) {
                return StreamedReply(response, over: connection)
            }
            let mayRepeat = call.method == .GET || call.idempotencyKey != nil
            if mayRepeat, Self.isPassing(response.status),
                let pause = retry.pause(
                    before: tries + 1, asked: response.headers.first(name: "Retry-After"))
            {
                tries += 1
                log("\(call.path): \(response.status.code), trying again")
                try await retry.sleep(pause)
                continue
            }
            let body = try? await response.body.collect(upTo: 1 << 20)
            throw RefusedCall(
                status: Int(response.status.code), path: call.path,
                body: body.map { Array($0.readableBytesView) } ?? []
            ).failure
        }
    }

    private static func isPassing(_ status: HTTPResponseStatus) -> Bool {
        status.code == 429 || status.code >= 500
    }

    private func sendOnce(_ call: Call) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: connection.address.root + "/api/v1" + call.path)
        request.method = call.method
        request.headers.add(name: "Accept", value: "application/json, */*;q=0.1")
        request.headers.add(name: "User-Agent", value: "fleetmark/\(ProgramVersion.text)")
        if let credential = connection.credential {
            request.headers.add(name: "Authorization", value: credential.header)
        }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        if let key = call.idempotencyKey {
            request.headers.add(name: "Idempotency-Key", value: key)
        }
        if let match = call.match { request.headers.add(name: "If-Match", value: match) }
        let limit = timeout + call.wait
        do {
            let response = try await connection.client.execute(
                request, timeout: .nanoseconds(limit.nanoseconds))
            log("\(call.method.rawValue) \(call.path): \(response.status.code)")
            return response
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw connection.failure(error)
        }
    }

    private struct Call {
        let method: HTTPMethod
        let path: String
        let wait: Duration
        var body: String?
        var idempotencyKey: String?
        /// Of the state that the caller saw.
        var match: String?
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    private static func malformed(_ path: String, _ why: String) -> CommandFailure {
        CommandFailure(
            .notReachable, "bad_reply", "the reply to \(path) could not be understood", why: why,
            try: "check that the server is a Fleetmark controller of a version like this one")
    }

    private static func fault(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is no JSON" }
        switch error {
        case .keyNotFound(let key, _): return "`\(key.stringValue)` is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "it is no JSON of the expected shape" : "at `\(path)`"
        @unknown default: return "it is no JSON of the expected shape"
        }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return whole.overflow ? .max : whole.partialValue &+ attoseconds / 1_000_000_000
    }
}
