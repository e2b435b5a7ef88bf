import AgentProtocol
import CrashPoints
import FleetModel
import Logging

/// Asks for work, one long poll after the other; an id is kept until its question is answered.
actor Claims {
    enum Outcome: Sendable {
        case lease(ClaimReply)
        case nothing
        case wait(Duration)
        case newSession
        /// The task was cancelled.
        case stopped
    }

    /// A lease carries a whole job description.
    private static let replyLimit = 64 << 20
    /// After an empty answer that came at once, as from a controller that shuts down.
    private static let breath = Duration.milliseconds(500)

    private let parts: Agent.Parts
    private let sessions: SessionKeeper
    private var identifier: ClaimID?
    private var wantsNewSession = false

    init(parts: Agent.Parts, sessions: SessionKeeper) {
        self.parts = parts
        self.sessions = sessions
    }

    func next() async -> Result<Outcome, AgentStop> {
        do throws(AgentStop) {
            return .success(try await ask())
        } catch {
            return error == .cancelled ? .success(.stopped) : .failure(error)
        }
    }

    private func ask() async throws(AgentStop) -> Outcome {
        if wantsNewSession {
            wantsNewSession = false
            return .newSession
        }
        let session = try await sessions.current()
        let wait = min(50, max(0, session.intervals.claimWaitSeconds))
        var call = AgentCall("POST", "\(AgentRoute.claim)?wait_s=\(wait)", lane: .claim)
        call.set(AgentHeader.session, session.sessionID.text)
        call.timeout = .seconds(wait + 15)
        call.replyLimit = Self.replyLimit
        let claim = identifier ?? freshIdentifier()
        identifier = claim
        let request = ClaimRequest(
            claimID: claim, kinds: [.measure], health: try Introduction.health(parts))
        let asked = parts.clock()
        do throws(CallFailure) {
            return try await send(request, call, asked: asked)
        } catch {
            return try outcome(of: error)
        }
    }

    private func send(
        _ request: ClaimRequest, _ call: AgentCall, asked: Int64
    ) async throws(CallFailure) -> Outcome {
        var call = call
        do {
            call.body = try WireCodec.encode(request)
        } catch {
            throw .malformed("the request has no JSON form: \(error)")
        }
        call.set("Content-Type", "application/json")
        CrashPoint.claimAsking.reach()
        let reply = try await parts.client.send(call)
        wantsNewSession = reply.wantsNewSession
        guard reply.status != 204 else {
            identifier = nil
            let isQuick = parts.clock() - asked < Self.breath.wholeNanoseconds
            return isQuick ? .wait(Self.breath) : .nothing
        }
        let lease: ClaimReply = try ControllerClient.decode(reply, limit: Self.replyLimit)
        CrashPoint.claimAnswered.reach()
        identifier = nil
        return .lease(lease)
    }

    private func outcome(of failure: CallFailure) throws(AgentStop) -> Outcome {
        guard case .refused(let refusal) = failure else {
            guard case .malformed(let what) = failure else { throw AgentStop(failure) }
            // The same id would get the same bytes again until its lease ends.
            identifier = nil
            parts.logger.with(.error, what).error("a claim's reply cannot be read")
            return .wait(.seconds(60))
        }
        switch (refusal.status, refusal.reason) {
        case (423, _):
            parts.logger.with(.reason, refusal.reasonWord).info("no work for this host now")
            let retry = refusal.details["retry_ns"]?.wholeNumber ?? 30_000_000_000
            return .wait(.nanoseconds(min(max(retry, 1_000_000_000), 600_000_000_000)))
        case (_, .claimBusy): return .wait(.seconds(1))
        case (_, .claimSpent):
            identifier = nil
            return .wait(.milliseconds(100))
        case (_, .unknownSession): return .newSession
        default: throw AgentStop(failure)
        }
    }

    private func freshIdentifier() -> ClaimID {
        var generator = SystemRandomNumberGenerator()
        return ClaimID(at: ServerTime(microseconds: parts.wallClock()), using: &generator)
    }
}
