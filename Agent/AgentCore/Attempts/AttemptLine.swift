import AgentProtocol
import BenchmarkRunner
import FleetModel
import Spool
import Synchronization

/// The calls of one attempt: its path, its headers, and what any reply may ask of it.
final class AttemptLine: Sendable {
    let spool: AttemptSpool
    let client: ControllerClient
    let sessions: SessionKeeper
    let cancellation: AttemptCancellation
    private let asked = Mutex(CancelMode.none)

    init(
        spool: AttemptSpool, client: ControllerClient, sessions: SessionKeeper,
        cancellation: AttemptCancellation
    ) {
        self.spool = spool
        self.client = client
        self.sessions = sessions
        self.cancellation = cancellation
    }

    /// The most urgent cancellation that was asked for.
    var cancelAsked: CancelMode { asked.withLock { $0 } }

    func call(_ method: String, _ tail: String) -> AgentCall {
        let lease = spool.lease
        var call = AgentCall(method, "\(AgentRoute.attempts)/\(lease.attempt.text)/\(tail)")
        call.set(AgentHeader.session, lease.session.text)
        call.set(AgentHeader.fence, "\(lease.fence.number)")
        return call
    }

    /// Delivers a cancellation that came with a reply.
    func heed(_ mode: CancelMode?) {
        guard let mode, mode != .none else { return }
        let isNew = asked.withLock { asked in
            guard asked < mode else { return false }
            asked = mode
            return true
        }
        if isNew { cancellation.cancel(mode == .now ? .now : .graceful) }
    }

    /// Ends the work at once, because its results are wanted no more.
    func endWork() { cancellation.cancel(.now) }

    /// Opens a new session and goes on in it.
    ///
    /// Returns: what the controller says to do with this attempt; `nil` if nothing.
    func renewSession() async throws(AgentStop) -> SessionReply.AttemptDirective? {
        let reply = try await sessions.renew(stale: spool.lease.session)
        do throws(SpoolFailure) {
            try spool.adopt(session: reply.sessionID)
        } catch {
            throw .local("the spool cannot be written: \(error)")
        }
        let directive = reply.attempts.first { $0.attemptID == spool.attempt }
        if let directive, directive.directive != .resume { endWork() }
        return directive
    }
}
