import FleetModel
import FoundationEssentials
package import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// The shell around a listener's router: request id, limits, errors, headers and the log line.
package struct FleetResponder<Inner: HTTPResponder>: HTTPResponder
where Inner.Context: FleetContext {
    package typealias Context = Inner.Context
    let inner: Inner
    let policy: SurfacePolicy
    let meter: CallMeter

    package init(_ inner: Inner, policy: SurfacePolicy, meter: CallMeter = CallMeter()) {
        self.inner = inner
        self.policy = policy
        self.meter = meter
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        let started = ContinuousClock.now
        meter.begin()
        var status = 500
        var context = context
        defer {
            meter.end(
                method: request.method.rawValue, path: context.endpointPath ?? "unknown",
                status: status, seconds: started.duration(to: .now) / .seconds(1))
        }
        context.requestID = Self.requestID(of: request)
        context.logger[metadataKey: LogKey.requestID.rawValue] = .string(context.requestID)
        context.publicAuthority = policy.publicAuthority
        context.isReadOnly = policy.isReadOnly
        if policy.trustedProxies.contains(context.peer.address) {
            context.peer = context.peer.forwarded(request.headers)
        }
        context.times = policy.times
        context.deadline = CallDeadline(in: policy.times.ordinary)
        context.maximumBodyBytes = policy.maximumBodyBytes
        context.unknownFields = policy.unknownFields
        var response = try await answer(request, context)
        status = response.status.code
        response.headers[HeaderName.requestID] = context.requestID
        response.headers[HeaderName.version] = policy.version
        context.standing.tell(in: &response)
        CommonHeaders(policy: policy).add(to: &response, answering: request)
        log(request, response, context, elapsed: started.duration(to: .now))
        return response
    }

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        if policy.admitsOtherOrigins, request.method == .options {
            return CommonHeaders.preflight
        }
        do {
            try requireSmallHead(request)
            guard !policy.isReadOnly || [.get, .head].contains(request.method) else {
                throw APIError.readOnlyViewer
            }
            return try await answerInTime(request, context)
        } catch let error as HTTPParserError {
            // The connection's own handler answers these and closes.
            throw error
        } catch {
            return ErrorRendering(context: context).response(to: error)
        }
    }

    /// The fields of HTTP/2 come through no parser that counts them.
    private func requireSmallHead(_ request: Request) throws(APIError) {
        guard request.uri.string.utf8.count <= policy.maximumAddressBytes else {
            throw APIError(
                .invalidValue,
                "The address is longer than \(policy.maximumAddressBytes >> 10) KiB.")
        }
        let bytes = request.headers.reduce(0) { sum, field in
            sum + field.name.rawName.utf8.count + field.value.utf8.count
        }
        guard request.headers.count <= policy.headerCount, bytes <= policy.headerBytes else {
            throw APIError(.badHeader, "There are too many header fields, or too long ones.")
        }
    }

    /// Runs the router beside the deadline. The router's task is always awaited: it reads from the
    /// connection, which nobody else may do meanwhile.
    private func answerInTime(_ request: Request, _ context: Context) async throws -> Response {
        try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await inner.respond(to: request.routed, context: context) }
            group.addTask {
                await context.deadline.pass()
                return nil
            }
            defer { group.cancelAll() }
            if let response = try await group.next() ?? nil { return response }
            group.cancelAll()
            if let late = try? await group.next(), let response = late { return response }
            throw APIError(
                .requestTimeout, "The call took longer than it may.", retryAfter: .seconds(1))
        }
    }

    private func log(
        _ request: Request, _ response: Response, _ context: Context, elapsed: Duration
    ) {
        let level: Logger.Level = response.status.code >= 500 ? .error : policy.logLevel
        context.logger.log(
            level: level, "call",
            metadata: .init([
                .listener: .string(policy.name), .method: .string(request.method.rawValue),
                .route: .string(context.endpointPath ?? "unknown"),
                .status: .stringConvertible(response.status.code),
                .elapsed: .stringConvertible(elapsed.wholeNanoseconds),
                .peer: .string(context.peer.address),
            ]))
    }

    /// The caller's id when it is 1 to 128 printable characters, else a new one.
    private static func requestID(of request: Request) -> String {
        if let given = request.headers[HeaderName.requestID], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            return given
        }
        var generator = SystemRandomNumberGenerator()
        let microseconds = Int64(Date().timeIntervalSince1970 * 1_000_000)
        return Identifier<CallKind>(at: ServerTime(microseconds: microseconds), using: &generator)
            .text
    }
}

/// A call has an identifier of its own, apart from the requests to measure.
private enum CallKind {}
