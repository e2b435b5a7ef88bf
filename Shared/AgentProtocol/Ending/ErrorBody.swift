/// The body of every refusal: the same facts in both envelopes (API contract, §1).
package struct ErrorBody: WireMessage {
    /// The outer code; for a known reason the code of its status.
    package let code: String
    package let nestedCode: String
    package let message: String
    /// Always holds `reason`.
    package let details: [String: JSONValue]
    package let requestID: String

    package init(
        _ reason: ErrorReason, _ message: String, details: [String: JSONValue] = [:],
        requestID: String
    ) {
        code = reason.status.code
        nestedCode = reason.status.nestedCode
        self.message = message
        self.details = details.merging(["reason": .string(reason.rawValue)]) { $1 }
        self.requestID = requestID
    }

    /// The reason as it was sent; empty when the sender gave none.
    package var reasonWord: String { details["reason"]?.text ?? "" }

    /// Nil for a word of a later version.
    package var reason: ErrorReason? { ErrorReason(rawValue: reasonWord) }
}

extension ErrorBody {
    private enum OuterKeys: String, CodingKey { case code, message, details, error }
    private enum InnerKeys: String, CodingKey {
        case code, message, details
        case requestID = "request_id"
    }

    /// Reads the outer envelope; the inner one only adds its code and the request's id.
    package init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: OuterKeys.self)
        code = try outer.decode(String.self, forKey: .code)
        message = try outer.decode(String.self, forKey: .message)
        details = try outer.decodeIfPresent([String: JSONValue].self, forKey: .details) ?? [:]
        guard outer.contains(.error) else {
            nestedCode = ""
            requestID = ""
            return
        }
        let inner = try outer.nestedContainer(keyedBy: InnerKeys.self, forKey: .error)
        nestedCode = try inner.decodeIfPresent(String.self, forKey: .code) ?? ""
        requestID = try inner.decodeIfPresent(String.self, forKey: .requestID) ?? ""
    }

    package func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: OuterKeys.self)
        try outer.encode(code, forKey: .code)
        try outer.encode(message, forKey: .message)
        try outer.encode(details, forKey: .details)
        var inner = outer.nestedContainer(keyedBy: InnerKeys.self, forKey: .error)
        try inner.encode(nestedCode, forKey: .code)
        try inner.encode(message, forKey: .message)
        try inner.encode(details, forKey: .details)
        try inner.encode(requestID, forKey: .requestID)
    }
}
