// JobPlanning: what somebody asks of a suite becomes the description that an agent works by.
// Enters: a valid project file, revisions, wishes. Leaves: a `JobDescription`, or why there is
// none.
// The controller plans jobs for the fleet with it, and an agent what it is asked for by hand.

package import AgentProtocol
import Analysis
package import FleetModel
package import ProjectFile

/// Turns a suite and its revisions into the description that an agent works by.
package struct JobPlanner: Sendable {
    let wish: MeasuringWish
    let source: Source
    /// How many comparisons the request makes: the more, the more visits each needs.
    let comparisons: Int

    package init(_ wish: MeasuringWish, of source: Source, comparisons: Int) {
        self.wish = wish
        self.source = source
        self.comparisons = comparisons
    }

    /// Where the commits come from, and whose they are.
    package struct Source: Sendable {
        let project: JobDescription.Project
        let repository: RepositoryID
        let url: String

        package init(project: JobDescription.Project, repository: RepositoryID, url: String) {
            self.project = project
            self.repository = repository
            self.url = url
        }
    }

    /// One revision with the suite that it says itself.
    package struct Side: Sendable {
        let commit: CommitHash
        let file: ProjectFile
        /// Where the file lies in the repository.
        let path: String
        let digest: String
        let buildKey: String
        /// Of the file's build form.
        let buildDigest: String

        package init(
            commit: CommitHash, file: ProjectFile, path: String, digest: String, buildKey: String,
            buildDigest: String
        ) {
            self.commit = commit
            self.file = file
            self.path = path
            self.digest = digest
            self.buildKey = buildKey
            self.buildDigest = buildDigest
        }
    }

    package struct Sides: Sendable {
        let candidate: Side
        let base: Side?

        package init(candidate: Side, base: Side?) {
            self.candidate = candidate
            self.base = base
        }

        fileprivate func buildable(in cell: MatrixCell) -> Sides {
            guard let base, !base.canBeBuilt(in: cell) else { return self }
            return Sides(candidate: candidate, base: nil)
        }
    }

    package struct Plan: Sendable {
        package let description: JobDescription
        package let timeout: Duration
        package let needs: HostNeeds
    }

    package struct Identity: Sendable {
        let run: RunID
        package let job: JobID
        /// Stands in the lease fields until a claim fills them.
        let unclaimed: AttemptID
        let anyHost: HostID
        let request: RequestID
        let now: ServerTime
        let expires: ServerTime
        let seed: UInt64

        package init(
            run: RunID, job: JobID, unclaimed: AttemptID, anyHost: HostID, request: RequestID,
            now: ServerTime, expires: ServerTime, seed: UInt64
        ) {
            self.run = run
            self.job = job
            self.unclaimed = unclaimed
            self.anyHost = anyHost
            self.request = request
            self.now = now
            self.expires = expires
            self.seed = seed
        }
    }

    /// The matrix cells in which the wish's filters leave a benchmark, each once and in the file's
    /// order: a job for each. A file without a matrix has one cell, which is empty.
    package func cells(of file: ProjectFile) -> [MatrixCell] {
        var wanted = Set(
            EffectiveSuite(file).executions.filter(wish.narrowing.wants).map(\.cell))
        return file.cells.filter { wanted.remove($0) != nil }
    }

    /// The work of one matrix cell. Nil when the wish's filters leave no benchmark.
    ///
    /// A base whose own file needs an axis that the cell has not cannot be built in it: there the
    /// candidate is measured alone.
    package func plan(
        _ sides: Sides, in cell: MatrixCell, as identity: Identity
    ) throws(HostNeeds.Clash) -> Plan? {
        let sides = sides.buildable(in: cell)
        let file = sides.candidate.file
        let wanted = EffectiveSuite(file).executions.filter(wish.narrowing.wants)
        let executions = wanted.filter { $0.cell == cell }
        guard !executions.isEmpty, let fence = Fence(1) else { return nil }
        let needs = try HostNeeds.all(executions)
        let planner = RepetitionPlanner(
            effort: wish.effort, pairs: sides.base == nil ? nil : file.interleave.pairs,
            comparisons: comparisons, rows: wanted.count)
        let repetitions = planner.whole(executions)
        let timeouts = timeouts(file, executions, sides: sides)
        let description = JobDescription(
            kind: .measure, jobID: identity.job, attemptID: identity.unclaimed, fence: fence,
            runID: identity.run, cell: cell.values.isEmpty ? nil : Parameters(cell.values),
            project: source.project, hostID: identity.anyHost,
            issued: identity.now, expires: identity.expires, purpose: Word(wish.effort.priority),
            cancelGrace: executions.first.map { Nanoseconds($0.entry.limits.grace) },
            repository: repository(file.fetch),
            revisions: revisions(sides, in: cell),
            suite: .init(
                name: "default", digest: sides.candidate.digest, source: .repository,
                path: sides.candidate.path),
            build: build(sides.candidate, in: cell),
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
            id: source.repository, url: source.url,
            submodules: Self.submodules(fetch.submodules ?? .recursive), depth: fetch.depth)
    }

    private static func submodules(
        _ asked: FetchPlan.Submodules
    ) -> JobDescription.Repository.Submodules {
        switch asked {
        case .none: .none
        case .top: .top
        case .recursive: .recursive
        }
    }

    private func revisions(
        _ sides: Sides, in cell: MatrixCell
    ) -> [JobDescription.Revision] {
        let candidate = sides.candidate
        var revisions = [
            JobDescription.Revision(
                role: .candidate, commit: candidate.commit, buildKey: candidate.buildKey)
        ]
        if let base = sides.base {
            // Both are built as their own file says, and measured as the candidate's does.
            let own = build(base, in: cell)
            revisions.append(
                JobDescription.Revision(
                    role: .base, commit: base.commit, buildKey: base.buildKey,
                    build: own == build(candidate, in: cell) ? nil : own))
        }
        return revisions
    }

    private func build(_ side: Side, in cell: MatrixCell) -> JobDescription.Build {
        .init(side, in: cell, isFresh: wish.effort.buildsAnew)
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
                    watch: entry.watches(name))
            },
            setup: commands(entry.setup), setupEach: entry.setsUpEach ? true : nil,
            cleanup: commands(entry.cleanup),
            okStatuses: entry.okStatus.compactMap(Int32.init(exactly:)),
            counters: .init(
                entry.measure, narrowed: wish.narrowing.counters, required: needs.counters),
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
        switch (wish.narrowing.profile, plan.profile) {
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
