import AgentProtocol
import CrashPoints
package import FleetModel
package import Hummingbird
package import Pipeline
package import Storage
package import WebSupport

/// Sessions and claims: how an agent gets work.
package struct SessionRoutes<Context: FleetContext>: RouteGroup {
    let sessions: SessionStore
    let hosts: HostStore
    let queue: JobQueue
    let polls: LongPolls
    let settings: LeaseSettings
    let limits: ProtocolLimits
    let now: @Sendable () -> ServerTime

    package init(
        sessions: SessionStore, hosts: HostStore, queue: JobQueue, polls: LongPolls,
        settings: LeaseSettings, artifacts: ArtifactLimits,
        now: @escaping @Sendable () -> ServerTime
    ) {
        self.sessions = sessions
        self.hosts = hosts
        self.queue = queue
        self.polls = polls
        self.settings = settings
        limits = ProtocolLimits.standard.with(artifacts)
        self.now = now
    }

    package func add(to router: RouterGroup<Context>) {
        router.post("session", use: open).post("claim", use: claim)
    }

    /// Claims wait for this; every job that becomes claimable raises it.
    package static var queueTopic: LongPolls.Topic { LongPolls.Topic("queue") }

    /// 201; 401, 409 `identity_changed`, 426.
    @Sendable private func open(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let agent = try context.requireAgent()
        let message = try await call.message(SessionRequest.self)
        guard
            let version = ProtocolRange.supported.highestShared(with: message.offeredVersions)
        else { throw APIError.unsupportedProtocol }
        var random = SystemRandomNumberGenerator()
        let id = SessionID(at: now(), using: &random)
        CrashPoint.sessionStoring.reach()
        let opened = try await sessions.open(
            SessionStore.Opening(
                session: id, agent: agent.agentID, host: agent.hostID, bootID: message.bootID,
                agentVersion: message.agentVersion, facts: try facts(message),
                capabilities: message.capabilities.items,
                spooled: message.spool.map {
                    SessionStore.Spooled(attempt: $0.attemptID, fence: $0.fence.number)
                }, tuningProblem: tuningProblem(message.tuning)))
        CrashPoint.sessionStored.reach()
        let reply = SessionReply(
            sessionID: id,
            host: .init(id: agent.hostID, state: Word(opened.hostState)), version: version,
            intervals: intervals, limits: limits,
            attempts: opened.directives.map { directive in
                .init(
                    attemptID: directive.attempt,
                    directive: directive.isWanted ? .uploadThenFinish : .abandon,
                    nextSequence: directive.nextSequence, logLength: directive.logBytes)
            }, canary: opened.wantsCanaries ? .init(due: true) : nil, time: opened.now)
        return try AgentCall<Context>.reply(reply, status: .created)
    }

    private var intervals: ProtocolIntervals {
        ProtocolIntervals(
            heartbeat: Nanoseconds(settings.unreachable / 6), claimWaitSeconds: 50,
            quietMax: Nanoseconds(settings.longestQuiet),
            unreachable: Nanoseconds(settings.unreachable), lost: Nanoseconds(settings.lost))
    }

    private func tuningProblem(_ tuning: TuningState) -> String? {
        guard !tuning.restored else { return nil }
        return tuning.problem
            ?? "settings of the host are not put back; see fleetmark-agent tune --status there"
    }

    private func facts(_ message: SessionRequest) throws -> String {
        let facts = HostFactsDocument(
            fingerprint: message.fingerprint, capabilities: message.capabilities)
        return String(decoding: try WireCodec.encode(facts), as: UTF8.self)
    }

    /// 200 a lease, 204 none, 409, 410 `claim_spent`, 423.
    @Sendable private func claim(_ request: Request, _ context: Context) async throws -> Response {
        let call = AgentCall(request: request, context: context)
        let agent = try context.requireAgent()
        let wait = try QueryParameters(request).integer("wait_s", in: 0...50) ?? 0
        let message = try await call.message(ClaimRequest.self)
        let session = try call.session()
        let health = String(decoding: try WireCodec.encode(message.health), as: UTF8.self)
        try await hosts.touch(agent.hostID, health: health)
        context.deadline.extend(to: TimeLimits.longPoll(waiting: .seconds(wait)))
        var random = SystemRandomNumberGenerator()
        let claimant = ClaimStore.Claimant(
            claim: message.claimID, agent: agent.agentID, host: agent.hostID, session: session,
            attempt: AttemptID(at: now(), using: &random))
        guard message.kinds.contains(.measure) else { return Response(status: .noContent) }
        do throws {
            let claimed = try await polls.hold(for: [Self.queueTopic], upTo: .seconds(wait)) {
                try await queue.claim(claimant)
            }
            guard let claimed else { return Response(status: .noContent) }
            return try AgentCall<Context>.reply(reply(claimed, to: message))
        } catch StoreFailure.canaryWanted {
            // A new session tells the agent what is wanted.
            return Response(
                status: .noContent,
                headers: [HeaderName.name(AgentHeader.resync): AgentHeader.resyncSession])
        }
    }

    private func reply(_ claimed: JobQueue.Claimed, to message: ClaimRequest) -> ClaimReply {
        let lease = claimed.lease
        return ClaimReply(
            claimID: message.claimID,
            lease: ClaimReply.Lease(
                attemptID: lease.attempt.id, jobID: lease.job.id, fence: lease.attempt.fence,
                length: Nanoseconds(lease.attempt.leaseUntil - lease.now),
                until: lease.attempt.leaseUntil,
                deadline: Nanoseconds(lease.attempt.deadline - lease.now),
                nextSequence: lease.attempt.ackedSequence + 1),
            job: Base64Bytes(claimed.job))
    }
}

extension ProtocolLimits {
    fileprivate func with(_ artifacts: ArtifactLimits) -> ProtocolLimits {
        ProtocolLimits(
            batchBytes: batchBytes, batchRecords: batchRecords, logChunkBytes: logChunkBytes,
            batchPlainBytes: batchPlainBytes, logBytes: logBytes,
            artifactBytes: artifacts.artifactBytes, attemptArtifactBytes: artifacts.attemptBytes,
            partBytes: artifacts.partBytes, bodyBytes: bodyBytes)
    }
}

/// What the controller keeps of a session's description of its host.
private struct HostFactsDocument: Encodable {
    let fingerprint: [String: FingerprintLayer]
    let capabilities: HostCapabilities
}
