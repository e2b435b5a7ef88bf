package import FleetModel

/// Everything that an agent needs to know to do one job (API contract, §4.5).
package struct JobDescription: WireMessage {
    package let schema: String
    package let kind: JobKind
    package let jobID: JobID
    package let attemptID: AttemptID
    package let fence: Fence
    package let runID: RunID
    /// The matrix cell that the job is of, axis and value. Absent without a matrix.
    package let cell: Parameters?
    package let project: Project
    package let hostID: HostID
    package let issued: ServerTime
    package let expires: ServerTime
    package let purpose: Word<Priority>
    package let cancelGrace: Nanoseconds?
    package private(set) var repository: Repository?
    /// One, or two when base and candidate are interleaved.
    package let revisions: [Revision]
    package let suite: Suite
    package let build: Build
    package let benchmarks: [Benchmark]
    package let counters: Counters
    package let isolation: Isolation
    package let repetitions: Repetitions
    package let order: Order
    package let timeouts: Timeouts
    package let canary: Canary
    package let profile: Profile
    package let artifacts: [Artifact]
    package let dependencies: Dependencies
    /// The load run; its shape arrives with load testing.
    package let load: JSONValue?
    package let trace: Trace

    package init(
        schema: String = JobDescription.schemaName, kind: JobKind, jobID: JobID,
        attemptID: AttemptID, fence: Fence, runID: RunID, cell: Parameters? = nil, project: Project,
        hostID: HostID, issued: ServerTime, expires: ServerTime, purpose: Word<Priority>,
        cancelGrace: Nanoseconds? = nil, repository: Repository? = nil, revisions: [Revision],
        suite: Suite, build: Build, benchmarks: [Benchmark], counters: Counters,
        isolation: Isolation, repetitions: Repetitions, order: Order, timeouts: Timeouts,
        canary: Canary, profile: Profile, artifacts: [Artifact], dependencies: Dependencies,
        load: JSONValue? = nil, trace: Trace
    ) {
        self.schema = schema
        self.kind = kind
        self.jobID = jobID
        self.attemptID = attemptID
        self.fence = fence
        self.runID = runID
        self.cell = cell
        self.project = project
        self.hostID = hostID
        self.issued = issued
        self.expires = expires
        self.purpose = purpose
        self.cancelGrace = cancelGrace
        self.repository = repository
        self.revisions = revisions
        self.suite = suite
        self.build = build
        self.benchmarks = benchmarks
        self.counters = counters
        self.isolation = isolation
        self.repetitions = repetitions
        self.order = order
        self.timeouts = timeouts
        self.canary = canary
        self.profile = profile
        self.artifacts = artifacts
        self.dependencies = dependencies
        self.load = load
        self.trace = trace
    }

    private enum CodingKeys: String, CodingKey {
        case schema
        case kind
        case jobID = "job_id"
        case attemptID = "attempt_id"
        case fence
        case runID = "run_id"
        case cell
        case project
        case hostID = "host_id"
        case issued = "issued_us"
        case expires = "expires_us"
        case purpose
        case cancelGrace = "cancel_grace_ns"
        case repository
        case revisions
        case suite
        case build
        case benchmarks
        case counters
        case isolation
        case repetitions
        case order
        case timeouts
        case canary
        case profile
        case artifacts
        case dependencies
        case load
        case trace
    }
}

extension JobDescription {
    /// The project that the job is for.
    package struct Project: Codable, Sendable, Equatable {
        package let id: ProjectID
        package let name: String

        package init(
            id: ProjectID, name: String
        ) {
            self.id = id
            self.name = name
        }

        private enum CodingKeys: String, CodingKey {
            case id
            case name
        }
    }
}

extension JobDescription {
    /// Links the attempt to the call that asked for it.
    package struct Trace: Codable, Sendable, Equatable {
        package let requestID: String
        package let traceParent: String?

        package init(
            requestID: String, traceParent: String? = nil
        ) {
            self.requestID = requestID
            self.traceParent = traceParent
        }

        private enum CodingKeys: String, CodingKey {
            case requestID = "request_id"
            case traceParent = "traceparent"
        }
    }
}

extension JobDescription {
    /// The same job without what may only be held in memory: the form for disks.
    package func withoutSecrets() -> JobDescription {
        guard let repository, repository.credential != nil else { return self }
        var copy = self
        copy.repository = Repository(
            id: repository.id, url: repository.url, submodules: repository.submodules,
            largeFiles: repository.largeFiles, depth: repository.depth)
        return copy
    }
}
