import Database
package import FleetModel

/// A job as it is stored.
package struct JobRecord: Hashable, Sendable {
    package let id: JobID
    package let project: ProjectID
    package let run: RunID
    package let kind: String
    /// Axis and value; empty without a matrix.
    package let cell: Parameters
    package let shard: Shard
    package let life: JobLifeCycle
    package let stateSince: ServerTime
    /// 0 before the first claim.
    package let fence: Int64
    package let priorityRank: Int64
    package let hostClass: String
    package let host: HostID?
    package let needs: HostNeeds
    package let queuedAt: ServerTime
    package let notBefore: ServerTime
    package let cancelRequestedAt: ServerTime?
    package let cancelledBy: String?
    package let cancelReason: String?
    package let timeout: Duration

    package var state: JobState { life.state }

    /// Which of its run's jobs it is.
    package struct Shard: Hashable, Sendable {
        /// From 0.
        package let index: Int
        package let count: Int
    }
}

extension JobRecord {
    static let columns = """
        id, project_id, run_id, kind, cell, place, shards, state, state_since_us, fence,
        priority_rank, host_class,
        host_id, queued_us, not_before_us, cancel, cancel_requested_us, cancel_by, cancel_reason,
        lost_used, transient_used, host_used, error_used, failure_class, failure_detail,
        failure_message, job_timeout_ns, needs
        """

    init(_ row: Row) throws(DatabaseFailure) {
        let retries = RetryCounts(
            lost: Int(clamping: try row.integer("lost_used")),
            infraTransient: Int(clamping: try row.integer("transient_used")),
            infraHost: Int(clamping: try row.integer("host_used")),
            jobError: Int(clamping: try row.integer("error_used")))
        self.init(
            id: try row.id("id"), project: try row.id("project_id"), run: try row.id("run_id"),
            kind: try row.text("kind"), cell: try row.parameters("cell"), shard: try Shard(row),
            life: JobLifeCycle(
                state: try row.word("state"), retries: retries, cancel: try row.word("cancel"),
                failure: try row.failure()),
            stateSince: try row.time("state_since_us"), fence: try row.integer("fence"),
            priorityRank: try row.integer("priority_rank"), hostClass: try row.text("host_class"),
            host: try row.optionalID("host_id"), needs: try row.needs("needs"),
            queuedAt: try row.time("queued_us"),
            notBefore: try row.time("not_before_us"),
            cancelRequestedAt: try row.optionalTime("cancel_requested_us"),
            cancelledBy: try row.optionalText("cancel_by"),
            cancelReason: try row.optionalText("cancel_reason"),
            timeout: .nanoseconds(try row.integer("job_timeout_ns")))
    }
}

extension JobRecord.Shard {
    /// Jobs of earlier versions were alone in their runs, whatever their place in the request.
    init(_ row: Row) throws(DatabaseFailure) {
        count = max(1, Int(clamping: try row.integer("shards")))
        index = min(max(0, Int(clamping: try row.integer("place"))), count - 1)
    }
}
