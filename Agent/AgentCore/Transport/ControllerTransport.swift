/// One HTTP call to the controller, before it is sent.
package struct AgentCall: Sendable, Equatable {
    /// Which of the two kept connections carries it.
    package enum Lane: Sendable { case claim, work }

    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    package var method: String
    /// With the query.
    package var path: String
    package var headers: [Header]
    package var body: [UInt8]
    package var lane: Lane
    package var timeout: Duration
    package var replyLimit: Int

    package init(
        _ method: String, _ path: String, headers: [Header] = [], body: [UInt8] = [],
        lane: Lane = .work, timeout: Duration = .seconds(35), replyLimit: Int = 1 << 20
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.lane = lane
        self.timeout = timeout
        self.replyLimit = replyLimit
    }

    mutating func set(_ name: String, _ value: String) {
        headers.removeAll { $0.name == name }
        headers.append(Header(name: name, value: value))
    }
}

package struct AgentReply: Sendable, Equatable {
    package var status: Int
    /// By lower-case name.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    subscript(header name: String) -> String? { headers[name.lowercased()] }
}

/// A call without an answer.
package enum TransportFailure: Error, Equatable {
    case unreachable(String)
    /// The server did not prove to be the pinned controller.
    case untrusted(String)
    /// The controller answers others, but not this agent's certificate.
    case certificateRefused(String)
    case cancelled
}

extension TransportFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the controller cannot be reached: \(reason)"
        case .untrusted(let reason): "the server is not the pinned controller: \(reason)"
        case .certificateRefused(let reason):
            "the controller refuses this host's certificate: \(reason); "
                + "enrol the host anew with fleetmark-agent enroll --force"
        case .cancelled: "the call was cancelled"
        }
    }
}

/// Carries calls to the controller, one answer each, without any retry.
package protocol ControllerTransport: Sendable {
    func send(_ call: AgentCall) async throws(TransportFailure) -> AgentReply
    func shutdown() async
}
