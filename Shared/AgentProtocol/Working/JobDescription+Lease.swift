package import FleetModel

extension JobDescription {
    /// The same job, given to one attempt: what the controller keeps is a description whose lease
    /// fields mean nothing yet.
    package func leased(
        attempt: AttemptID, fence: Fence, host: HostID, issued: ServerTime, valid: Duration
    ) -> JobDescription {
        JobDescription(
            schema: schema, kind: kind, jobID: jobID, attemptID: attempt, fence: fence,
            runID: runID, cell: cell, project: project, hostID: host, issued: issued,
            expires: issued + valid, purpose: purpose, cancelGrace: cancelGrace,
            repository: repository, revisions: revisions, suite: suite, build: build,
            benchmarks: benchmarks, counters: counters, isolation: isolation,
            repetitions: repetitions, order: order, timeouts: timeouts, canary: canary,
            profile: profile, artifacts: artifacts, dependencies: dependencies, load: load,
            trace: trace)
    }
}
