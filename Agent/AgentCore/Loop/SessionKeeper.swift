import AgentProtocol
import CrashPoints
import FleetModel
import Logging
import Spool

/// Holds the one session of this process, and opens another when the controller knows it no more.
actor SessionKeeper {
    /// What every session request says anew.
    typealias Introduction =
        @Sendable ([SpooledAttempt]) async throws(AgentStop)
        -> SessionRequest

    private let client: ControllerClient
    private let spools: SpoolDirectory
    private let introduction: Introduction
    private let clock: @Sendable () -> Int64
    private let logger: Logger
    private var reply: SessionReply?
    /// What the present session says of settings that are not put back.
    private(set) var told: String?
    private var hasCanaryWish = false
    private var openedAt: Int64 = 0
    private var opening: Task<Result<SessionReply, AgentStop>, Never>?
    /// Attempts that this process works on.
    private var running: Set<AttemptID> = []

    init(
        client: ControllerClient, spools: SpoolDirectory, clock: @escaping @Sendable () -> Int64,
        logger: Logger, introduction: @escaping Introduction
    ) {
        self.client = client
        self.spools = spools
        self.introduction = introduction
        self.clock = clock
        self.logger = logger
    }

    /// The present session; opens the first one.
    func current() async throws(AgentStop) -> SessionReply {
        if let reply { return reply }
        return try await renew(stale: nil)
    }

    /// Opens a new session in the place of `stale`; callers that come together share one.
    func renew(stale: SessionID?) async throws(AgentStop) -> SessionReply {
        if let reply, reply.sessionID != stale { return reply }
        if let opening { return try await opening.value.get() }
        let task = Task { await open() }
        opening = task
        let result = await task.value
        opening = nil
        return try result.get()
    }

    private func open() async -> Result<SessionReply, AgentStop> {
        do throws(AgentStop) {
            let spooled = spools.attempts.map { spool in
                spool.spooled(resumable: running.contains(spool.attempt))
            }
            let request = try await introduction(Array(spooled.prefix(SessionRequest.spoolLimit)))
            CrashPoint.sessionAsking.reach()
            let fresh: SessionReply
            do throws(CallFailure) {
                let call = AgentCall("POST", AgentRoute.session)
                (fresh, _) = try await client.exchange(request, call)
            } catch {
                throw AgentStop(error)
            }
            CrashPoint.sessionAnswered.reach()
            reply = fresh
            told = request.tuning.problem
            hasCanaryWish = fresh.canary?.due ?? false
            openedAt = clock()
            logger.with(.session, fresh.sessionID.text).with(.state, fresh.host.state.text)
                .info("session opened")
            return .success(fresh)
        } catch {
            return .failure(error)
        }
    }

    /// Whether the present session asks for canaries; said once.
    func hearCanaryWish() -> Bool {
        defer { hasCanaryWish = false }
        return hasCanaryWish
    }

    func began(_ attempt: AttemptID) { running.insert(attempt) }
    func ended(_ attempt: AttemptID) { running.remove(attempt) }

    /// The controller's clock, as far as this process knows it.
    func serverNow() -> ServerTime { serverTime() ?? ServerTime(microseconds: 0) }

    /// The same; nil before the first session is open.
    func serverTime() -> ServerTime? {
        reply.map { $0.time + .nanoseconds(max(0, clock() - openedAt)) }
    }
}
