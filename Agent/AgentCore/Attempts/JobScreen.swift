package import AgentProtocol
import BenchmarkRunner
package import FleetModel

/// Decides whether a claimed job may be done here, before anything of it is touched.
package struct JobScreen: Sendable {
    private let allowList: AllowList
    private let jobTimeLimit: Duration
    private let allowed: Permissions
    private let host: HostID
    private let counterProblem: @Sendable (String) -> String?

    /// What an operator may let projects have.
    package struct Permissions: Sendable, Equatable {
        /// The network for more than fetching.
        package var network: Bool
        /// No walls: programs see the host's files and network.
        package var bareHost: Bool

        package init(network: Bool = false, bareHost: Bool = false) {
            self.network = network
            self.bareHost = bareHost
        }
    }

    /// `counterProblem`: why this host cannot count a set or an event; `nil` where it can.
    package init(
        allowList: AllowList, jobTimeLimit: Duration, allowing allowed: Permissions = Permissions(),
        host: HostID,
        counterProblem: @escaping @Sendable (String) -> String?
    ) {
        self.allowList = allowList
        self.jobTimeLimit = jobTimeLimit
        self.allowed = allowed
        self.host = host
        self.counterProblem = counterProblem
    }

    /// `now`: the controller's clock, as far as this agent knows it.
    /// Returns: why not, with the outcome that follows; `nil` to go on.
    package func refusal(
        _ job: JobDescription, _ lease: ClaimReply.Lease, now: ServerTime
    ) -> (outcome: AttemptOutcome, failure: Failure)? {
        if let reason = mismatch(job, lease, now) {
            return (.refused, Failure(.policy, .protocolError, reason))
        }
        if let reason = policy(job) { return (.refused, Failure(.policy, .agentPolicy, reason)) }
        if let reason = uncountable(job) {
            return (.refused, Failure(.infraHost, .counterFailed, reason))
        }
        if let reason = unsupported(job) {
            return (.failed, Failure(.jobError, .suiteInvalid, reason))
        }
        return nil
    }

    private func mismatch(
        _ job: JobDescription, _ lease: ClaimReply.Lease, _ now: ServerTime
    ) -> String? {
        if job.hostID != host { return "The job is for another host." }
        guard job.attemptID == lease.attemptID, job.jobID == lease.jobID, job.fence == lease.fence
        else { return "The job and its lease name different attempts." }
        return job.expires < now ? "The job description has expired." : nil
    }

    private func policy(_ job: JobDescription) -> String? {
        guard let repository = job.repository else { return nil }
        guard allowList.allows(repository.url) else {
            return "This agent may not measure the repository \(repository.url.prefix(300))."
        }
        guard job.timeouts.job.duration <= jobTimeLimit else {
            return "The job may take longer than this agent allows (\(jobTimeLimit))."
        }
        let isolations = [job.isolation] + job.benchmarks.compactMap(\.isolation)
        let builds = [job.build] + job.revisions.compactMap(\.build)
        guard
            allowed.network
                || !(isolations.contains { $0.network == .on }
                    || builds.contains { $0.network == .on })
        else {
            return "The job wants the network for more than fetching, which this agent does not "
                + "allow (--allow-network)."
        }
        guard allowed.bareHost || !isolations.contains(where: { $0.level == .none }) else {
            return "The job wants no isolation, so that its programs see this host's files and "
                + "network, which this agent does not allow (--allow-no-isolation)."
        }
        return nil
    }

    /// What the job demands is never measured silently without.
    private func uncountable(_ job: JobDescription) -> String? {
        var names = job.counters.required
        for benchmark in job.benchmarks { names += benchmark.counters?.required ?? [] }
        var said = Set<String>()
        let problems = names.filter { said.insert($0).inserted }.compactMap { name in
            counterProblem(name).map { "\(name): \($0)" }
        }
        guard !problems.isEmpty else { return nil }
        return "This host cannot count what the job requires. " + problems.joined(separator: " ")
    }

    /// What a later version of the agent does.
    private func unsupported(_ job: JobDescription) -> String? {
        guard job.kind == .measure else {
            return "This agent does no jobs of the kind \(job.kind.rawValue)."
        }
        if job.repository == nil { return "The job names no repository." }
        if job.repository?.largeFiles == true { return "This agent fetches no LFS files." }
        if !job.revisions.contains(where: { $0.role == .candidate }) {
            return "The job names no candidate."
        }
        if let one = job.benchmarks.first(where: { $0.standardInput != nil }) {
            return "\(one.name): this agent takes no standard input from blobs."
        }
        let profiles = ([job.isolation] + job.benchmarks.compactMap(\.isolation)).flatMap(\.tuning)
        if let unknown = profiles.first(where: { !IsolationWish.knows(tuning: $0) }) {
            return "This agent knows no tuning \(unknown)."
        }
        return nil
    }
}
