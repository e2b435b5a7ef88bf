import AgentProtocol
import FleetModel
import Hummingbird
import Storage
import WebSupport

/// The headers and bodies that all agent routes share.
struct AgentCall<Context: FleetContext> {
    let request: Request
    let context: Context

    func session() throws(APIError) -> SessionID {
        let text = try header(AgentHeader.session)
        guard let session = SessionID(text) else {
            throw APIError(.unknownSession, "The session is not known here.")
        }
        return session
    }

    func holder() throws(APIError) -> AttemptStore.Holder {
        let text = try header(AgentHeader.fence)
        guard let number = Int64(text), let fence = Fence(number) else {
            throw APIError(.badHeader, "\(AgentHeader.fence) is a positive integer.")
        }
        return AttemptStore.Holder(
            attempt: try context.pathIdentifier("attempt", otherwise: .unknownAttempt),
            fence: fence, agent: try context.requireAgent().agentID, session: try session())
    }

    func header(_ name: String) throws(APIError) -> String {
        guard let text = request.headers[HeaderName.name(name)] else {
            throw APIError(
                .headerMissing, "The header \(name) is missing.",
                details: ["header": .string(name)])
        }
        return text
    }

    /// Refuses a version that this controller does not speak.
    func requireVersion() throws(APIError) {
        let text = try header(AgentHeader.version)
        guard let version = AgentProtocol.ProtocolVersion(text),
            let range = ProtocolRange(min: version, max: version),
            ProtocolRange.supported.highestShared(with: range) != nil
        else { throw .unsupportedProtocol }
    }

    /// The body as a message of the protocol, with the problem's place where it is none.
    func message<Message: WireMessage>(_ type: Message.Type) async throws -> Message {
        let bytes = try await bytes(upTo: WireCodec.plainBodyBytes)
        do throws(MessageProblem) {
            return try WireCodec.decode(type, from: bytes)
        } catch {
            throw APIError(error)
        }
    }

    func bytes(upTo limit: Int) async throws -> [UInt8] {
        Array(try await request.bodyBytes(upTo: limit).readableBytesView)
    }

    static func reply(
        _ message: some Encodable, status: HTTPResponse.Status = .ok
    ) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try WireCodec.encode(message))))
    }
}

extension APIError {
    static var unsupportedProtocol: APIError {
        let range = ProtocolRange.supported
        return APIError(
            .protocolUnsupported, "This controller speaks \(range.min) to \(range.max).",
            details: ["min": .string("\(range.min)"), "max": .string("\(range.max)")])
    }

    init(_ problem: MessageProblem) {
        let reason = Reason(rawValue: problem.reason.rawValue) ?? .invalidValue
        var details: [String: WebSupport.JSONValue] = [:]
        details["pointer"] = problem.pointer.map { .string($0) }
        self.init(reason, problem.message, details: details)
    }

    init(_ problem: RecordProblem) {
        let reason = Reason(rawValue: problem.reason.rawValue) ?? .invalidValue
        var details: [String: WebSupport.JSONValue] = [:]
        details["pointer"] = problem.pointer.map { .string($0) }
        details["index"] = problem.index.map { .integer($0) }
        self.init(reason, problem.message, details: details)
    }
}
