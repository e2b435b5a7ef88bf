import Database
package import FleetModel

/// An attempt as it is stored.
package struct AttemptRecord: Hashable, Sendable {
    package let id: AttemptID
    package let project: ProjectID
    package let job: JobID
    package let run: RunID
    package let number: Int64
    package let fence: Fence
    package let host: HostID
    package let agent: AgentID
    package let session: SessionID
    package let claim: ClaimID
    package let life: AttemptLifeCycle
    /// Whether it holds its host: from the claim until it ended or was lost.
    package let isLive: Bool
    /// Whether its measurements count for its run.
    package let isCounted: Bool
    package let progress: Progress
    package let quietUntil: ServerTime?
    package let leaseUntil: ServerTime
    package let deadline: ServerTime
    package let unreachableSince: ServerTime?
    package let ackedSequence: Int64
    package let logBytes: Int64
    package let logIsComplete: Bool
    package let finishDigest: String?
    package let failure: Failure?
    package let createdAt: ServerTime
    package let endedAt: ServerTime?
    package let sealedAt: ServerTime?

    package var state: AttemptState { life.state }

    /// How far the agent says it is.
    package struct Progress: Hashable, Sendable {
        package let phase: AttemptPhase?
        /// Rises with each heartbeat; an older one changes nothing.
        package let beat: Int64
        /// Rises whenever work advances.
        package let counter: Int64
        package let done: Int64
        package let total: Int64
    }
}

extension AttemptRecord {
    static let columns = """
        id, project_id, job_id, run_id, number, fence, host_id, agent_id, session_id, claim_id,
        state, is_live, counted, phase, beat, progress, done, total, quiet_until_us,
        lease_until_us, deadline_us, unreachable_since_us, acked_seq, log_bytes, log_complete,
        finish_digest, failure_class, failure_detail, failure_message, failure_exit_status,
        failure_signal, failure_log_offset, created_us, ended_us, sealed_us
        """

    init(_ row: Row) throws(DatabaseFailure) {
        let unreachable = try row.optionalTime("unreachable_since_us")
        self.init(
            id: try row.id("id"), project: try row.id("project_id"), job: try row.id("job_id"),
            run: try row.id("run_id"), number: try row.integer("number"),
            fence: try row.fence("fence"), host: try row.id("host_id"),
            agent: try row.id("agent_id"), session: try row.id("session_id"),
            claim: try row.id("claim_id"),
            life: AttemptLifeCycle(
                state: try row.word("state"), isUnreachable: unreachable != nil),
            isLive: try row.bool("is_live"), isCounted: try row.bool("counted"),
            progress: try Progress(row), quietUntil: try row.optionalTime("quiet_until_us"),
            leaseUntil: try row.time("lease_until_us"), deadline: try row.time("deadline_us"),
            unreachableSince: unreachable, ackedSequence: try row.integer("acked_seq"),
            logBytes: try row.integer("log_bytes"), logIsComplete: try row.bool("log_complete"),
            finishDigest: try row.optionalText("finish_digest"), failure: try row.attemptFailure(),
            createdAt: try row.time("created_us"), endedAt: try row.optionalTime("ended_us"),
            sealedAt: try row.optionalTime("sealed_us"))
    }
}

extension AttemptRecord.Progress {
    init(_ row: Row) throws(DatabaseFailure) {
        self.init(
            phase: try row.optionalWord("phase"), beat: try row.integer("beat"),
            counter: try row.integer("progress"), done: try row.integer("done"),
            total: try row.integer("total"))
    }
}

extension Row {
    fileprivate func attemptFailure() throws(DatabaseFailure) -> Failure? {
        guard let plain = try failure() else { return nil }
        return Failure(
            plain.failureClass, plain.detail, plain.message,
            exitStatus: try optionalInteger("failure_exit_status").map { Int32(clamping: $0) },
            signal: try optionalInteger("failure_signal").map { Int32(clamping: $0) },
            logOffset: try optionalInteger("failure_log_offset"))
    }
}
