package import AgentProtocol
package import BenchmarkRunner
import CrashPoints
package import FleetModel
package import HostFacts
package import Logging
package import Spool
import Synchronization

/// The service: one session, one claim after the other, one attempt at a time.
package final class Agent: Sendable {
    /// Everything that the service is made of.
    package struct Parts: Sendable {
        package var configuration: AgentConfiguration
        package var identity: AgentIdentity
        package var client: ControllerClient
        package var spools: SpoolDirectory
        package var worker: any AttemptWorker
        package var reader: HostReader
        package var counting: HostCounting
        /// `nil` never runs all of them.
        package var canaries: (any CanaryRunning)?
        /// Settings that the replay of the tuning journal put back at the start.
        package var knobsRestored: Int
        /// What this host cannot give.
        package var limits: [HostCapabilities.Limit]
        /// CLOCK_MONOTONIC_RAW in nanoseconds.
        package var clock: @Sendable () -> Int64
        /// Wall clock in microseconds since 1970; only a label.
        package var wallClock: @Sendable () -> Int64
        package var logger: Logger

        package init(
            configuration: AgentConfiguration, identity: AgentIdentity, client: ControllerClient,
            spools: SpoolDirectory, worker: any AttemptWorker, reader: HostReader,
            counting: HostCounting = .none, canaries: (any CanaryRunning)? = nil,
            knobsRestored: Int = 0,
            limits: [HostCapabilities.Limit] = [],
            clock: @escaping @Sendable () -> Int64, wallClock: @escaping @Sendable () -> Int64,
            logger: Logger
        ) {
            self.configuration = configuration
            self.identity = identity
            self.client = client
            self.spools = spools
            self.worker = worker
            self.reader = reader
            self.counting = counting
            self.canaries = canaries
            self.knobsRestored = knobsRestored
            self.limits = limits
            self.clock = clock
            self.wallClock = wallClock
            self.logger = logger
        }
    }

    private struct State {
        var isDraining = false
        var claim: Task<Result<Claims.Outcome, AgentStop>, Never>?
        var rest: Task<Void, any Error>?
        var work: AttemptCancellation?
        var canaries: AttemptCancellation?
    }

    private let parts: Parts
    private let sessions: SessionKeeper
    private let state = Mutex(State())

    package init(_ parts: Parts) {
        self.parts = parts
        let introduction = Introduction(parts, startedMicroseconds: parts.wallClock())
        sessions = SessionKeeper(
            client: parts.client, spools: parts.spools, clock: parts.clock, logger: parts.logger,
            introduction: { (spooled) throws(AgentStop) in
                try await introduction.request(spooled: spooled)
            })
    }

    /// Serves until a drain is through.
    ///
    /// Throws: why it cannot go on; the spool keeps what was not sent.
    package func run() async throws(AgentStop) {
        do throws(AgentStop) {
            try await serve()
        } catch {
            await parts.worker.stop()
            throw error
        }
        await parts.worker.stop()
    }

    private func serve() async throws(AgentStop) {
        for place in parts.spools.setAside {
            parts.logger.with(.path, place.path).with(.reason, place.reason)
                .error("a damaged spool was set aside")
        }
        try await settle(try await sessions.current())
        let claims = Claims(parts: parts, sessions: sessions)
        while !isDraining {
            try await waitForClearWay()
            guard !isDraining else { break }
            try await runCanaries()
            switch try await claim(claims) {
            case .nothing: await parts.worker.rest()
            case .wait(let duration):
                await parts.worker.rest()
                try await rest(duration)
            case .newSession:
                let old = try await sessions.current().sessionID
                try await settle(try await sessions.renew(stale: old))
            case .lease(let reply): try await attempt(reply)
            case .stopped: break
            }
        }
    }

    /// While a person has to look at the host, no work is taken; said once for each reason, here
    /// and to the controller.
    private func waitForClearWay() async throws(AgentStop) {
        var said: String?
        while !isDraining, let obstacle = await parts.worker.obstacle() {
            if obstacle != said {
                parts.logger.with(.reason, obstacle).error("no work is taken")
                let old = try await sessions.current().sessionID
                if await sessions.told != obstacle {
                    try await settle(try await sessions.renew(stale: old))
                }
            }
            said = obstacle
            try await rest(.seconds(5))
        }
        if said != nil, !isDraining { parts.logger.notice("work is taken again") }
    }

    /// Claims no more and ends after the attempt in work.
    package func drain() {
        let (claim, rest, canaries) = state.withLock { state in
            state.isDraining = true
            return (state.claim, state.rest, state.canaries)
        }
        canaries?.cancel(.now)
        parts.logger.info("draining: no more work is claimed")
        claim?.cancel()
        rest?.cancel()
    }

    /// Ends the attempt in work as well; what was measured is sent.
    package func endWork() { state.withLock { $0.work }?.cancel(.graceful) }

    /// The controller's clock; nil before the first session is open.
    package func serverNow() async -> ServerTime? { await sessions.serverTime() }

    /// Before work is taken, where they are due or asked for; a drain ends them.
    private func runCanaries() async throws(AgentStop) {
        let isAsked = await sessions.hearCanaryWish()
        guard let canaries = parts.canaries else {
            if isAsked {
                parts.logger.warning("canaries are asked for, and this agent runs none")
            }
            return
        }
        guard isAsked || canaries.isFullDue else { return }
        let cancellation = AttemptCancellation()
        let isLate = state.withLock { state in
            state.canaries = cancellation
            return state.isDraining
        }
        guard !isLate else { return }
        try await HostCanaries(canaries: canaries, parts: parts, sessions: sessions)
            .run(cancellation)
        state.withLock { $0.canaries = nil }
    }

    private var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Between two claims; a drain ends it at once.
    private func rest(_ duration: Duration) async throws(AgentStop) {
        let pause = parts.client.pause
        let task = Task { try await pause(duration) }
        let isLate = state.withLock { state in
            state.rest = task
            return state.isDraining
        }
        if isLate { task.cancel() }
        _ = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        if Task.isCancelled { throw .cancelled }
    }

    /// In a task of its own, so that a drain can end the long poll and nothing else.
    private func claim(_ claims: Claims) async throws(AgentStop) -> Claims.Outcome {
        let task = Task { await claims.next() }
        let isLate = state.withLock { state in
            state.claim = task
            return state.isDraining
        }
        if isLate { task.cancel() }
        return try await task.value.get()
    }

    /// Does what the session says with each attempt that an earlier process left.
    private func settle(_ reply: SessionReply) async throws(AgentStop) {
        for spool in parts.spools.attempts {
            let directive = reply.attempts.first { $0.attemptID == spool.attempt }
            logger(of: spool).with(.directive, directive?.directive.rawValue ?? "none")
                .info("an attempt is left over")
            if directive?.directive == .abandon {
                try discard(spool.attempt)
                continue
            }
            do throws(SpoolFailure) {
                try spool.adopt(session: reply.sessionID)
            } catch {
                throw .local("the spool cannot be written: \(error)")
            }
            let session = session(spool, reply, AttemptCancellation())
            try close(spool, try await session.deliver(directive))
        }
    }

    private func attempt(_ claim: ClaimReply) async throws(AgentStop) {
        let reply = try await sessions.current()
        let desk = ClaimDesk(
            parts: parts, session: reply.sessionID, now: await sessions.serverNow())
        switch desk.open(claim) {
        case .refuse(let outcome, let failure): try await desk.refuse(claim, outcome, failure)
        case .end(let spool, let end):
            let session = session(spool, reply, AttemptCancellation())
            try close(spool, try await session.deliver(nil, end: end))
        case .work(let spool, let plan, let secret):
            try await work(spool, plan, secret, reply)
        }
    }

    private func work(
        _ spool: AttemptSpool, _ plan: AttemptPlan, _ secret: String?, _ reply: SessionReply
    ) async throws(AgentStop) {
        let cancellation = AttemptCancellation()
        state.withLock { $0.work = cancellation }
        await sessions.began(spool.attempt)
        logger(of: spool).info("attempt begins")
        CrashPoint.attemptBegun.reach()
        let session = session(spool, reply, cancellation)
        let ending: UploadMachine.Ending
        do throws(AgentStop) {
            ending = try await session.work(plan, secret: secret)
        } catch {
            state.withLock { $0.work = nil }
            await sessions.ended(spool.attempt)
            throw error
        }
        state.withLock { $0.work = nil }
        await sessions.ended(spool.attempt)
        try close(spool, ending)
    }

    private func session(
        _ spool: AttemptSpool, _ reply: SessionReply, _ cancellation: AttemptCancellation
    ) -> AttemptSession {
        AttemptSession(
            line: AttemptLine(
                spool: spool, client: parts.client, sessions: sessions,
                cancellation: cancellation), worker: parts.worker, reply: reply,
            clock: parts.clock, logger: logger(of: spool))
    }

    private func logger(of spool: AttemptSpool) -> Logger {
        let job = spool.descriptor
        return parts.logger.with(.run, job.runID.text).with(.job, job.jobID.text)
            .with(.attempt, spool.attempt.text).with(.fence, "\(job.fence.number)")
    }

    private func close(
        _ spool: AttemptSpool, _ ending: UploadMachine.Ending
    ) throws(AgentStop) {
        switch ending {
        case .discard: try discard(spool.attempt)
        case .keep(let reason):
            logger(of: spool).with(.reason, reason)
                .error("the attempt stays in the spool until the next session")
        }
    }

    private func discard(_ attempt: AttemptID) throws(AgentStop) {
        do throws(SpoolFailure) {
            try parts.spools.discard(attempt)
        } catch {
            throw .local("the spool of attempt \(attempt) cannot be removed: \(error)")
        }
    }
}
