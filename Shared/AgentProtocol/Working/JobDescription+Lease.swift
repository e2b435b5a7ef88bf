package import FleetModel

extension JobDescription {
    /// The same job, given to one attempt: what the controller keeps is a description whose lease
    /// fields mean nothing yet, and that has not the change that the candidate is measured with.
    package func leased(
        attempt: AttemptID, fence: Fence, host: HostID, issued: ServerTime, valid: Duration,
        patch: [UInt8]? = nil
    ) -> JobDescription {
        JobDescription(
            schema: schema, kind: kind, jobID: jobID, attemptID: attempt, fence: fence,
            runID: runID, cell: cell, project: project, hostID: host, issued: issued,
            expires: issued + valid, purpose: purpose, cancelGrace: cancelGrace,
            repository: repository, revisions: revisions.map { $0.patched(with: patch) },
            suite: suite, build: build, benchmarks: benchmarks, counters: counters,
            isolation: isolation,
            repetitions: repetitions, order: order, timeouts: timeouts, canary: canary,
            profile: profile, artifacts: artifacts, dependencies: dependencies, load: load,
            trace: trace)
    }
}

extension JobDescription.Revision {
    /// Descriptions of earlier versions have the change already.
    fileprivate func patched(with patch: [UInt8]?) -> Self {
        guard role == .candidate, let patch else { return self }
        return Self(
            role: role, commit: commit, tree: tree, patch: Base64Bytes(patch), buildKey: buildKey,
            cachedBuild: cachedBuild, build: build)
    }
}
