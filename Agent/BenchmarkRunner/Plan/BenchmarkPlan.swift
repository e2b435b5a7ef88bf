package import FleetModel

/// One benchmark with one set of parameters.
package struct BenchmarkPlan: Sendable {
    /// Where the results of a tool appear.
    package enum Output: Sendable, Equatable {
        case standardOutput
        /// Globs below the checkout, or below `{{results}}` where they start with that. The last
        /// one that matches a file decides; one that begins with `!` leaves it out.
        case files([String])
    }

    /// The name of the format that measures the command itself.
    package static let commandFormat = "command"

    package var name: String
    /// In front of the names that a tool gives.
    package var prefix: String
    package var parameters: Parameters
    /// Program and arguments, with placeholders; run without a shell.
    package var command: [String]
    /// Relative to the checkout.
    package var directory: String
    package var environment: [String: String]
    /// A file of the checkout.
    package var input: String?
    package var format: String
    package var output: Output
    /// Of one execution.
    package var timeout: Duration
    /// Longest time without output; `nil` for any.
    package var silence: Duration?
    /// Run once per revision before and after the executions, unmeasured.
    package var setup: [[String]]
    /// Before each execution, and not once.
    package var setsUpEach: Bool
    package var cleanup: [[String]]
    /// Executions of a `command` benchmark in one visit.
    package var repetitionsPerVisit: Int
    /// What the suite says about metrics; the rest keeps the tool's own direction.
    package var metrics: [MetricWish]
    /// Exit statuses of success.
    package var okStatuses: Set<Int32>
    package var counting: CountingWish
    package var profile: ProfileWish
    /// `nil` for the plan's own.
    package var isolation: IsolationWish?
    /// `nil` for the plan's own.
    package var repetitions: RepetitionWish?
    package var reading: ReadingWish

    /// `prefix`: the name and a slash when nil.
    package init(
        name: String, prefix: String? = nil, parameters: Parameters = .none, command: [String],
        directory: String = ".",
        environment: [String: String] = [:], input: String? = nil,
        format: String = BenchmarkPlan.commandFormat,
        output: Output = .standardOutput, timeout: Duration = .seconds(600),
        silence: Duration? = nil, setup: [[String]] = [], setsUpEach: Bool = false,
        cleanup: [[String]] = [],
        repetitionsPerVisit: Int = 1, metrics: [MetricWish] = [],
        okStatuses: Set<Int32> = [0], counting: CountingWish = CountingWish(),
        profile: ProfileWish = .none, isolation: IsolationWish? = nil,
        repetitions: RepetitionWish? = nil, reading: ReadingWish = ReadingWish()
    ) {
        self.name = name
        self.prefix = prefix ?? "\(name)/"
        self.parameters = parameters
        self.command = command
        self.directory = directory
        self.environment = environment
        self.input = input
        self.format = format
        self.output = output
        self.timeout = timeout
        self.silence = silence
        self.setup = setup
        self.setsUpEach = setsUpEach
        self.cleanup = cleanup
        self.repetitionsPerVisit = max(1, repetitionsPerVisit)
        self.metrics = metrics
        self.okStatuses = okStatuses
        self.counting = counting
        self.profile = profile
        self.isolation = isolation
        self.repetitions = repetitions
        self.reading = reading
    }

    var measuresItself: Bool { format == Self.commandFormat }

    func better(of metric: String, toolSays: Better) -> Better {
        metrics.first { $0.metric == metric }?.better ?? toolSays
    }
}

/// What the suite says about the output of a tool besides its format.
package struct ReadingWish: Sendable, Equatable {
    /// Rules as JSON text, or `file:` and a path below the checkout.
    package var rules: String?
    /// Iterations of each invocation that are warm-up.
    package var skipIterations: Int

    package init(rules: String? = nil, skipIterations: Int = 0) {
        self.rules = rules
        self.skipIterations = skipIterations
    }
}

package struct MetricWish: Sendable, Equatable {
    package var metric: String
    package var better: Better?
    package var isWatched: Bool

    package init(metric: String, better: Better? = nil, isWatched: Bool = true) {
        self.metric = metric
        self.better = better
        self.isWatched = isWatched
    }
}

/// How often a benchmark is repeated.
package struct RepetitionWish: Sendable, Equatable {
    package enum Warmup: Sendable, Equatable {
        /// One execution for `command`, none for tools, which warm up by themselves.
        case auto
        case count(Int)
        /// So many as fill it; at least one.
        case time(Duration)
    }

    /// Without a base. With one, `OrderWish.pairsPerSide` is the minimum.
    package var minimum: Int
    package var maximum: Int
    package var fixed: Int?
    /// Half width at which repeating stops, as a fraction.
    package var target: Double
    /// For one benchmark.
    package var budget: Duration
    package var warmup: Warmup
    /// How often an execution that was disturbed is made again.
    package var invalidRetries: Int

    package init(
        minimum: Int = 5, maximum: Int = 50, fixed: Int? = nil, target: Double = 0.005,
        budget: Duration = .seconds(1800), warmup: Warmup = .auto, invalidRetries: Int = 2
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.fixed = fixed
        self.target = target
        self.budget = budget
        self.warmup = warmup
        self.invalidRetries = min(20, max(0, invalidRetries))
    }
}

/// In which order base and candidate run.
package struct OrderWish: Sendable, Equatable {
    package enum Scheme: String, Sendable {
        /// Blocks of two pairs, the second one turned round; the seed chooses who begins.
        case interleaved
        /// Each pair begins with the same side.
        case sequential
        /// The seed chooses for each pair.
        case random
    }

    package var scheme: Scheme
    package var seed: UInt64
    /// Least number of pairs.
    package var pairsPerSide: Int

    package init(scheme: Scheme = .interleaved, seed: UInt64 = 0, pairsPerSide: Int = 5) {
        self.scheme = scheme
        self.seed = seed
        self.pairsPerSide = max(1, pairsPerSide)
    }
}
