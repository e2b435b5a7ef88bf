import AgentProtocol
import Analysis
import FleetModel
import ProjectFile
import Storage

/// Turns a suite and its revisions into the description that an agent works by.
struct JobPlanner {
    let order: TriggerOrder
    /// How many comparisons the request makes: the more, the more visits each needs.
    let comparisons: Int

    struct Sides: Sendable {
        let candidate: CommitHash
        let candidateSuite: SuiteLoader.Suite
        let base: CommitHash?
        let baseSuite: SuiteLoader.Suite?
    }

    struct Plan: Sendable {
        let description: JobDescription
        let timeout: Duration
        let needs: HostNeeds
    }

    struct Identity: Sendable {
        let run: RunID
        let job: JobID
        /// Stands in the lease fields until a claim fills them.
        let unclaimed: AttemptID
        let anyHost: HostID
        let request: RequestID
        let now: ServerTime
        let seed: UInt64
    }

    /// Nil when the order's filters leave no benchmark.
    func plan(_ sides: Sides, as identity: Identity) throws(HostNeeds.Clash) -> Plan? {
        let file = sides.candidateSuite.file
        let executions = EffectiveSuite(file).executions.filter(isWanted)
        guard !executions.isEmpty, let fence = Fence(1) else { return nil }
        let needs = try HostNeeds.all(executions)
        let build = build(sides.candidateSuite.file)
        let planner = RepetitionPlanner(
            effort: order.effort, pairs: sides.base == nil ? nil : file.interleave.pairs,
            comparisons: comparisons, rows: executions.count)
        let repetitions = planner.whole(executions)
        let timeouts = timeouts(file, executions, sides: sides)
        let description = JobDescription(
            kind: .measure, jobID: identity.job, attemptID: identity.unclaimed, fence: fence,
            runID: identity.run,
            project: .init(id: order.project.id, name: order.project.name),
            hostID: identity.anyHost, issued: identity.now,
            expires: identity.now + JobQueue.startWindow,
            purpose: Word(order.effort.priority),
            cancelGrace: executions.first.map { Nanoseconds($0.entry.limits.grace) },
            repository: repository(file.fetch),
            revisions: revisions(sides, build),
            suite: .init(
                name: "default", digest: sides.candidateSuite.digest, source: .repository,
                path: sides.candidateSuite.path),
            build: build,
            benchmarks: executions.compactMap { benchmark($0, planner) },
            counters: .init(
                events: [], mode: .process, required: needs.counters, fallback: .none),
            isolation: isolation(executions[0].entry),
            repetitions: repetitions,
            order: .init(
                scheme: file.interleave.order == .abba ? .interleaved : .random,
                seed: identity.seed, runsPerSide: repetitions.min),
            timeouts: timeouts, canary: .init(before: .short, after: .short),
            profile: .init(kind: .none), artifacts: [],
            dependencies: .init(lockfiles: file.dependencies.lockfiles.map { .paths($0) } ?? .auto),
            trace: .init(requestID: identity.request.text))
        return Plan(description: description, timeout: timeouts.job.duration, needs: needs)
    }

    private func isolation(_ entry: BenchmarkEntry) -> JobDescription.Isolation {
        .init(entry.measure, required: HostNeeds(entry.requires).isolation)
    }

    private func repository(_ fetch: FetchPlan) -> JobDescription.Repository {
        JobDescription.Repository(
            id: order.repository.id, url: order.repository.url,
            submodules: fetch.submodules.map { $0 != .none } ?? true, depth: fetch.depth)
    }

    private func isWanted(_ execution: BenchmarkExecution) -> Bool {
        let narrowing = order.narrowing
        let name = execution.entry.name
        let isNamed =
            narrowing.benchmarks.isEmpty
            || narrowing.benchmarks.contains { Glob($0).matches(name) }
        let isTagged =
            narrowing.tags.isEmpty || narrowing.tags.contains(where: execution.entry.tags.contains)
        return isNamed && isTagged
    }

    private func revisions(
        _ sides: Sides, _ build: JobDescription.Build
    ) -> [JobDescription.Revision] {
        var revisions = [
            JobDescription.Revision(
                role: .candidate, commit: sides.candidate,
                patch: order.patch.map { Base64Bytes($0.bytes) },
                buildKey: buildKey(sides.candidate, sides.candidateSuite))
        ]
        if let base = sides.base, let suite = sides.baseSuite {
            // Both are built as their own file says, and measured as the candidate's does.
            let own = self.build(suite.file)
            revisions.append(
                JobDescription.Revision(
                    role: .base, commit: base, buildKey: buildKey(base, suite),
                    build: own == build ? nil : own))
        }
        return revisions
    }

    private func buildKey(_ commit: CommitHash, _ suite: SuiteLoader.Suite) -> String {
        SHA256Text.of("\(commit)\n\(suite.digest)")
    }

    private func build(_ file: ProjectFile) -> JobDescription.Build {
        .init(file, isFresh: order.effort.buildsAnew)
    }

    private func benchmark(
        _ execution: BenchmarkExecution, _ planner: RepetitionPlanner
    ) -> JobDescription.Benchmark? {
        guard let command = Symbolic.arguments(of: execution.command) else { return nil }
        let entry = execution.entry
        let needs = HostNeeds(entry.requires)
        let results = execution.results.compactMap { $0.substitute(Symbolic.values).resolved }
        return JobDescription.Benchmark(
            name: entry.name, prefix: entry.prefix,
            parameters: Parameters(execution.seriesParameters),
            command: command, directory: execution.directory.substitute(Symbolic.values).resolved,
            environment: execution.variables.compactMapValues {
                $0.substitute(Symbolic.values).resolved
            },
            standardInputPath: execution.standardInput?.substitute(Symbolic.values).resolved,
            format: entry.format, rules: rules(entry),
            output: results.isEmpty ? .standardOutput : .files(results),
            timeout: Nanoseconds(entry.limits.timeout),
            silence: Nanoseconds(entry.limits.silence ?? entry.limits.timeout),
            metrics: entry.metrics.sorted { $0.key < $1.key }.map { name, rule in
                JobDescription.Benchmark.WatchedMetric(
                    metric: name, better: rule.better.flatMap { Better(rawValue: $0.rawValue) },
                    watch: RunPolicy.isWatched(name, by: entry))
            },
            setup: commands(entry.setup), setupEach: entry.setsUpEach ? true : nil,
            cleanup: commands(entry.cleanup),
            okStatuses: entry.okStatus.compactMap(Int32.init(exactly:)),
            counters: .init(
                entry.measure, narrowed: order.narrowing.counters, required: needs.counters),
            isolation: .init(entry.measure, required: needs.isolation),
            repetitions: planner.repetitions(of: entry), profile: profile(entry.measure),
            skipIterations: entry.skipIterations == 0 ? nil : entry.skipIterations)
    }

    private func rules(_ entry: BenchmarkEntry) -> String? {
        switch entry.rules {
        case .inline(let json): String(decoding: json, as: UTF8.self)
        case .file(let path): path.substitute(Symbolic.values).resolved.map { "file:" + $0 }
        case nil: nil
        }
    }

    /// What a trigger asks for stands before what the file says.
    private func profile(_ plan: MeasurePlan) -> JobDescription.Profile {
        switch (order.narrowing.profile, plan.profile) {
        case (.disabled?, _), (nil, .off): .init(kind: .none)
        case (.perf?, _): .init(kind: .perf)
        case (.callgrind?, _): .init(kind: .callgrind)
        case (.auto?, _), (nil, .always): .init(kind: .auto)
        case (nil, .regression): .init(kind: .auto, moment: .regression)
        }
    }

    /// For executions that are profiled and not measured.
    private func profileTime(_ executions: [BenchmarkExecution]) -> Duration {
        executions.reduce(.zero) { sum, execution in
            let entry = execution.entry
            guard profile(entry.measure).kind != .none else { return sum }
            return sum + min(entry.limits.timeout * 4, .seconds(1800))
        }
    }

    private func commands(_ commands: [Command]) -> [[String]]? {
        commands.isEmpty ? nil : commands.compactMap(Symbolic.arguments)
    }

    private func timeouts(
        _ file: ProjectFile, _ executions: [BenchmarkExecution], sides: Sides
    ) -> JobDescription.Timeouts {
        let fetch = Duration.seconds(600)
        let build = file.build.timeout * (sides.base == nil ? 1 : 2)
        let measure = executions.reduce(profileTime(executions)) { $0 + $1.entry.limits.budget }
        let cleanup = Duration.seconds(60)
        return JobDescription.Timeouts(
            phase: .init(
                fetch: Nanoseconds(fetch), build: Nanoseconds(build),
                measure: Nanoseconds(measure), cleanup: Nanoseconds(cleanup)),
            job: Nanoseconds(fetch + build + measure + cleanup))
    }
}
