import AgentProtocol
import BenchmarkRunner
import FleetModel
import Logging
import Spool

/// Opens a claimed job: reads it, gives it a spool, and lets the screen decide.
struct ClaimDesk {
    enum Decision {
        /// There is no spool for it; the end is sent at once.
        case refuse(AttemptOutcome, Failure)
        case end(AttemptSpool, AttemptEnd)
        case work(AttemptSpool, AttemptPlan, secret: String?)
    }

    private static let jobLimitBytes = 32 << 20

    let parts: Agent.Parts
    let session: SessionID
    let now: ServerTime

    func open(_ claim: ClaimReply) -> Decision {
        let job: JobDescription
        do throws(MessageProblem) {
            job = try WireCodec.decode(
                JobDescription.self, from: claim.job.bytes, maxBytes: Self.jobLimitBytes)
        } catch {
            let place = error.pointer ?? "it"
            return .refuse(
                .refused,
                Failure(
                    .policy, .protocolError,
                    "The job description cannot be read: \(place): \(error.message)"))
        }
        let lease = SpoolLease(
            attempt: claim.lease.attemptID, fence: claim.lease.fence, claim: claim.claimID,
            session: session)
        let spool: AttemptSpool
        do throws(SpoolFailure) {
            spool = try parts.spools.create(lease, job: job)
        } catch {
            let detail: FailureDetail = error == .full ? .spoolFull : .other
            return .refuse(
                .failed,
                Failure(.infraHost, detail, "No spool can be made for the attempt: \(error)"))
        }
        return decide(job, claim.lease, spool)
    }

    private func decide(
        _ job: JobDescription, _ lease: ClaimReply.Lease, _ spool: AttemptSpool
    ) -> Decision {
        let screen = JobScreen(
            allowList: parts.configuration.allowList,
            jobTimeLimit: parts.configuration.jobTimeLimit,
            allowing: parts.configuration.allowed, host: parts.identity.hostID,
            counterProblem: { [counting = parts.counting] in counting.problem(with: $0) })
        let skipped = CaseCounts(skipped: job.benchmarks.count * job.revisions.count)
        if let refusal = screen.refusal(job, lease, now: now) {
            return .end(
                spool, AttemptEnd(refusal.outcome, failure: refusal.failure, cases: skipped))
        }
        guard let plan = PlanMaker.plan(job, deadline: lease.deadline.duration) else {
            return .end(
                spool,
                AttemptEnd(
                    .failed,
                    failure: Failure(.jobError, .suiteInvalid, "The job names no repository."),
                    cases: skipped))
        }
        return .work(spool, plan, secret: job.repository?.credential?.secret.revealed)
    }

    /// Ends an attempt that has no spool; the controller's lease ends it otherwise.
    func refuse(
        _ claim: ClaimReply, _ outcome: AttemptOutcome, _ failure: Failure
    ) async throws(AgentStop) {
        let path = "\(AgentRoute.attempts)/\(claim.lease.attemptID.text)/finish"
        var call = AgentCall("POST", path)
        call.set(AgentHeader.session, session.text)
        call.set(AgentHeader.fence, "\(claim.lease.fence.number)")
        let request = FinishRequest(
            outcome: outcome, failure: FailureReport(failure), lastSequence: 0, logLength: 0,
            cases: CaseCounts(), tuningRestored: true, cleanupSucceeded: true, duration: .zero)
        parts.logger.with(.attempt, claim.lease.attemptID.text)
            .with(.detail, failure.detail.rawValue).error("the attempt cannot be begun")
        do throws(CallFailure) {
            let (_, _): (FinishReply, AgentReply) = try await parts.client.exchange(request, call)
        } catch {
            guard case .refused(let refusal) = error, refusal.reason != .sessionSuperseded else {
                throw AgentStop(error)
            }
        }
    }
}
