package import AgentProtocol

/// The controller's no to one call, final for that call.
package struct CallRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Int
    /// As sent; empty when there was none.
    package let reasonWord: String
    package let message: String
    package let details: [String: JSONValue]

    package init(
        status: Int, reasonWord: String, message: String, details: [String: JSONValue] = [:]
    ) {
        self.status = status
        self.reasonWord = reasonWord
        self.message = message
        self.details = details
    }

    init(_ reply: AgentReply) {
        let body = try? WireCodec.decode(ErrorBody.self, from: reply.body)
        self.init(
            status: reply.status, reasonWord: body?.reasonWord ?? "",
            message: String((body?.message ?? Self.silence(reply)).prefix(2000)),
            details: body?.details ?? [:])
    }

    private static func silence(_ reply: AgentReply) -> String {
        // Agents' routes always say why.
        reply.status == 404
            ? "no such route; is this the address that the controller has for agents?"
            : "no message"
    }

    package var reason: ErrorReason? { ErrorReason(rawValue: reasonWord) }

    package var description: String {
        "the controller answered \(status)\(reasonWord.isEmpty ? "" : " \(reasonWord)"): \(message)"
    }
}

/// Why a call gave no message.
package enum CallFailure: Error, Sendable, Equatable {
    case refused(CallRefusal)
    /// A reply that this version cannot read.
    case malformed(String)
    case transport(TransportFailure)
    case cancelled
}

extension CallFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .malformed(let what): "the controller's reply cannot be read: \(what)"
        case .transport(let failure): failure.description
        case .cancelled: "the call was cancelled"
        }
    }
}
