import AgentProtocol
import BenchmarkRunner
import FleetModel

/// Turns a screened job into the runner's plan.
enum PlanMaker {
    /// Returns: `nil` for a job without a repository, which the screen refuses.
    static func plan(_ job: JobDescription, deadline: Duration) -> AttemptPlan? {
        guard let repository = job.repository else { return nil }
        var limits = PhaseLimits(
            fetch: job.timeouts.phase.fetch.duration, build: job.timeouts.phase.build.duration,
            measure: job.timeouts.phase.measure.duration,
            cleanup: job.timeouts.phase.cleanup.duration,
            job: min(job.timeouts.job.duration, deadline))
        if let grace = job.cancelGrace { limits.grace = grace.duration }
        return AttemptPlan(
            attempt: job.attemptID, cell: job.cell ?? .none,
            repository: RepositorySource(
                id: repository.id, address: repository.url,
                token: repository.credential?.secret.revealed,
                submodules: submodules(repository.submodules), depth: repository.depth),
            revisions: job.revisions.map { revision in
                RevisionPlan(
                    role: revision.role, commit: revision.commit, patch: revision.patch?.bytes,
                    build: revision.build.map(build))
            },
            build: build(job.build),
            benchmarks: job.benchmarks.map { benchmark($0, in: job) },
            repetitions: repetitions(job.repetitions),
            order: OrderWish(
                scheme: scheme(job.order.scheme), seed: job.order.seed,
                pairsPerSide: job.order.runsPerSide),
            isolation: IsolationWish(job.isolation), limits: limits,
            canary: CanaryWish(
                before: length(job.canary.before), after: length(job.canary.after)),
            lockfiles: lockfiles(job.dependencies.lockfiles))
    }

    private static func submodules(
        _ wire: JobDescription.Repository.Submodules?
    ) -> RepositorySource.Submodules {
        switch wire {
        case nil, .none?: .none
        case .top?: .top
        case .recursive?: .recursive
        }
    }

    private static func lockfiles(_ wire: JobDescription.Dependencies.Lockfiles) -> [String]? {
        switch wire {
        case .auto: nil
        case .paths(let globs): globs
        }
    }

    private static func build(_ wire: JobDescription.Build) -> BuildWish {
        BuildWish(
            prefetch: (wire.fetch ?? []).map(step), steps: wire.steps.map(step),
            hasNetwork: wire.network == .on, outputs: wire.outputs,
            cache: wire.cache.map { cache in
                BuildWish.Cache(
                    recipe: cache.key, files: cache.files ?? [], paths: cache.paths ?? [],
                    isFresh: cache.isFresh ?? false)
            })
    }

    private static func step(_ step: JobDescription.Build.Step) -> BuildWish.Step {
        BuildWish.Step(
            step.run, directory: step.directory ?? ".", environment: step.environment ?? [:],
            timeout: step.timeout.duration)
    }

    private static func benchmark(
        _ wire: JobDescription.Benchmark, in job: JobDescription
    ) -> BenchmarkPlan {
        let output: BenchmarkPlan.Output =
            switch wire.output {
            case .standardOutput: .standardOutput
            case .files(let globs): .files(globs)
            }
        return BenchmarkPlan(
            name: wire.name, prefix: wire.prefix, parameters: wire.parameters,
            command: wire.command,
            directory: wire.directory ?? ".", environment: wire.environment ?? [:],
            input: wire.standardInputPath,
            format: wire.format, output: output, timeout: wire.timeout.duration,
            silence: wire.silence == .zero ? nil : wire.silence.duration,
            setup: wire.setup ?? [], setsUpEach: wire.setsUpEach, cleanup: wire.cleanup ?? [],
            metrics: (wire.metrics ?? []).map {
                MetricWish(metric: $0.metric, better: $0.better, isWatched: $0.watch)
            }, okStatuses: wire.okStatuses.map(Set.init) ?? [0],
            counting: counting(wire.counters ?? job.counters),
            profile: profile(wire.profile ?? job.profile),
            isolation: wire.isolation.map(IsolationWish.init),
            repetitions: wire.repetitions.map(repetitions),
            reading: ReadingWish(rules: wire.rules, skipIterations: wire.skipIterations ?? 0))
    }

    private static func counting(_ wire: JobDescription.Counters) -> CountingWish {
        let simulation: CountingWish.Simulation =
            switch wire.fallback {
            case .none: .off
            case .instructionsSimulated: .fallback
            case .always: .always
            }
        return CountingWish(
            events: wire.events, passesMax: wire.passesMax ?? 4, simulation: simulation,
            mode: mode(wire.mode))
    }

    private static func mode(_ wire: JobDescription.Counters.Mode) -> CountingWish.Mode {
        switch wire {
        case .process: .process
        case .cgroup: .group
        case .cpu: .processors
        }
    }

    private static func profile(_ wire: JobDescription.Profile) -> ProfileWish {
        let tool: ProfileWish.Tool
        switch wire.kind {
        case .none: return .none
        case .auto: tool = .auto
        case .perf: tool = .perf
        case .callgrind: tool = .callgrind
        }
        return ProfileWish(
            wire.moment == .regression ? .regression : .always, tool: tool,
            hertz: wire.samplingHertz)
    }

    private static func repetitions(_ wire: JobDescription.Repetitions) -> RepetitionWish {
        let warmup: RepetitionWish.Warmup =
            switch wire.warmup {
            case .auto: .auto
            case .count(let count): .count(count)
            case .time(let duration): .time(duration.duration)
            }
        return RepetitionWish(
            minimum: wire.min, maximum: wire.max,
            fixed: wire.fixed.flatMap { $0 > 0 ? $0 : nil }, target: wire.targetShare,
            budget: wire.budget.duration, warmup: warmup,
            invalidRetries: wire.invalidRetryLimit)
    }

    private static func length(_ wire: JobDescription.Canary.Length) -> CanaryWish.Length {
        switch wire {
        case .short: .short
        case .full: .full
        case .none: .none
        }
    }

    private static func scheme(_ scheme: JobDescription.Order.Scheme) -> OrderWish.Scheme {
        switch scheme {
        case .interleaved: .interleaved
        case .sequential: .sequential
        case .random: .random
        }
    }
}
