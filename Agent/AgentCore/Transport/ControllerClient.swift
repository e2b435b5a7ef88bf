package import AgentProtocol
import FleetModel
package import Logging

/// Speaks the agent protocol over a transport, and retries what may be retried.
package struct ControllerClient: Sendable {
    /// Waits; throws only when its task is cancelled.
    package typealias Pause = @Sendable (Duration) async throws -> Void

    private let transport: any ControllerTransport
    private let policy: CallRetry
    let pause: Pause
    private let logger: Logger

    package init(
        transport: any ControllerTransport, policy: CallRetry, pause: @escaping Pause,
        logger: Logger
    ) {
        self.transport = transport
        self.policy = policy
        self.pause = pause
        self.logger = logger
    }

    /// Sends until there is an answer that is final; only a cancelled task ends it earlier.
    ///
    /// `limit`: tries at most; `nil` for ever. `faults`: after so many answers that the controller
    /// cannot serve the call (5xx) the last one is final; tries that did not reach it do not count.
    package func send(
        _ call: AgentCall, tries limit: Int? = nil, faults: Int? = nil
    ) async throws(CallFailure) -> AgentReply {
        var tries = 0
        var faultsSeen = 0
        while true {
            if Task.isCancelled { throw .cancelled }
            let result = await attempt(call)
            if case .answer(let reply) = result { return reply }
            if case .failure(let failure, isFinal: true, _) = result { throw failure }
            guard case .failure(let failure, _, let after) = result else { throw .cancelled }
            tries += 1
            if let limit, tries >= limit { throw failure }
            if case .refused(let refusal) = failure, refusal.status >= 500 {
                faultsSeen += 1
                if let faults, faultsSeen >= faults { throw failure }
            }
            if tries == 1 || tries % 10 == 0 {
                logger.with(.call, "\(call.method) \(call.path)").with(.error, "\(failure)")
                    .warning("the call is tried again")
            }
            do {
                try await pause(policy.pause(tries: tries, retryAfter: after))
            } catch {
                throw .cancelled
            }
        }
    }

    private enum Attempt {
        case answer(AgentReply)
        case failure(CallFailure, isFinal: Bool, after: Duration?)
    }

    private func attempt(_ call: AgentCall) async -> Attempt {
        do throws(TransportFailure) {
            let reply = try await transport.send(stamped(call))
            switch CallRetry.verdict(reply) {
            case .success: return .answer(reply)
            case .final:
                return .failure(.refused(CallRefusal(reply)), isFinal: true, after: nil)
            case .again(let after):
                return .failure(.refused(CallRefusal(reply)), isFinal: false, after: after)
            }
        } catch {
            switch error {
            case .cancelled: return .failure(.cancelled, isFinal: true, after: nil)
            case .certificateRefused:
                return .failure(.transport(error), isFinal: true, after: nil)
            case .unreachable, .untrusted:
                return .failure(.transport(error), isFinal: false, after: nil)
            }
        }
    }

    private func stamped(_ call: AgentCall) -> AgentCall {
        var call = call
        call.set(AgentHeader.version, ProtocolVersion.current.description)
        return call
    }

    package func shutdown() async { await transport.shutdown() }
}

extension ControllerClient {
    /// Sends a JSON message and reads the answer as another.
    package func exchange<Reply: WireMessage>(
        _ message: some WireMessage, _ call: AgentCall, tries: Int? = nil, faults: Int? = nil
    ) async throws(CallFailure) -> (Reply, AgentReply) {
        var call = call
        do {
            call.body = try WireCodec.encode(message)
        } catch {
            throw .malformed("the request has no JSON form: \(error)")
        }
        call.set("Content-Type", "application/json")
        let reply = try await send(call, tries: tries, faults: faults)
        return (try Self.decode(reply, limit: call.replyLimit), reply)
    }

    static func decode<Reply: WireMessage>(
        _ reply: AgentReply, limit: Int = 1 << 20
    ) throws(CallFailure) -> Reply {
        do throws(MessageProblem) {
            return try WireCodec.decode(Reply.self, from: reply.body, maxBytes: limit)
        } catch {
            throw .malformed("\(error.pointer ?? "body"): \(error.message)")
        }
    }
}

extension AgentReply {
    /// What the controller asks of the attempt that the call was for.
    var cancel: CancelMode? { self[header: AgentHeader.cancel].flatMap(CancelMode.init) }

    var wantsNewSession: Bool { self[header: AgentHeader.resync] == AgentHeader.resyncSession }
}
