package import Hummingbird

/// A refusal in the one shape that callers see: both envelopes around the same facts.
package struct APIError: Error, Sendable {
    package let reason: Reason
    package let message: String
    /// Further facts beside `reason`.
    package let details: [String: JSONValue]
    /// Sent as `Retry-After`, rounded up to whole seconds.
    package let retryAfter: Duration?
    /// Replaces the flat code word; perfgate's cleanup route says `bad_request`.
    package let codeOverride: String?

    package init(
        _ reason: Reason, _ message: String, details: [String: JSONValue] = [:],
        retryAfter: Duration? = nil, codeOverride: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
        self.codeOverride = codeOverride
    }

    package var status: HTTPResponse.Status { reason.kind.status }
    package var code: String { codeOverride ?? reason.kind.code }
    package var nestedCode: String { reason.kind.nestedCode }

    /// The body: `details` is equal in both envelopes and always has `reason`.
    package func body(requestID: String) -> JSONValue {
        var facts = details
        facts["reason"] = .string(reason.rawValue)
        return .object([
            "code": .string(code), "message": .string(message), "details": .object(facts),
            "error": .object([
                "code": .string(nestedCode), "message": .string(message),
                "details": .object(facts), "request_id": .string(requestID),
            ]),
        ])
    }

    package func response(requestID: String) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if let retryAfter { headers[.retryAfter] = "\(max(1, retryAfter.roundedUpSeconds))" }
        let text = body(requestID: requestID).text
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension Duration {
    fileprivate var roundedUpSeconds: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 && seconds < .max ? seconds + 1 : seconds
    }
}

extension APIError {
    package init(_ failure: JSONSyntaxFailure) {
        self.init(
            .malformedJSON, "The body is not valid JSON: \(failure.reason).",
            details: ["offset": .integer(failure.offset)])
    }

    package init(_ failure: JSONShapeFailure) {
        self.init(
            failure.reason, failure.message, details: ["pointer": .string(failure.pointer)])
    }
}
