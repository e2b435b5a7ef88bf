package import FleetModel

extension JobDescription {
    /// One benchmark with one set of parameters.
    package struct Benchmark: Codable, Sendable, Equatable {
        package let name: String
        /// In front of the names that a tool gives. Absent means the name and a slash.
        package let prefix: String?
        package let parameters: Parameters
        package let command: [String]
        package let directory: String?
        package let environment: [String: String]?
        /// Digest of a blob.
        package let standardInput: String?
        /// A file of the checkout, instead of a blob.
        package let standardInputPath: String?
        package let format: String
        /// For the format `rules`: a `fleetmark.rules.v1` object as JSON text, or `file:` and
        /// the path of one below the checkout.
        package let rules: String?
        /// Iterations of each invocation that are warm-up. Absent means none.
        package let skipIterations: Int?
        package let output: Output
        package let timeout: Nanoseconds
        package let silence: Nanoseconds
        package let workUnits: Double?
        package let metrics: [WatchedMetric]?
        /// Absent means false.
        package let partialResume: Bool?
        /// Run once before the executions, unmeasured.
        package let setup: [[String]]?
        /// Setup before each execution instead of once. Absent means false.
        package let setupEach: Bool?
        /// Run once after them.
        package let cleanup: [[String]]?
        /// Exit statuses of success. Absent means 0 alone.
        package let okStatuses: [Int32]?
        /// Absent means the job's.
        package let counters: Counters?
        /// Absent means the job's.
        package let isolation: Isolation?
        /// Absent means the job's.
        package let repetitions: Repetitions?
        /// Absent means the job's.
        package let profile: Profile?

        package init(
            name: String, prefix: String? = nil, parameters: Parameters = .none, command: [String],
            directory: String? = nil, environment: [String: String]? = nil,
            standardInput: String? = nil, standardInputPath: String? = nil, format: String,
            rules: String? = nil,
            output: Output,
            timeout: Nanoseconds, silence: Nanoseconds, workUnits: Double? = nil,
            metrics: [WatchedMetric]? = nil, partialResume: Bool? = nil,
            setup: [[String]]? = nil, setupEach: Bool? = nil, cleanup: [[String]]? = nil,
            okStatuses: [Int32]? = nil, counters: Counters? = nil, isolation: Isolation? = nil,
            repetitions: Repetitions? = nil, profile: Profile? = nil, skipIterations: Int? = nil
        ) {
            self.name = name
            self.prefix = prefix
            self.parameters = parameters
            self.command = command
            self.directory = directory
            self.environment = environment
            self.standardInput = standardInput
            self.standardInputPath = standardInputPath
            self.format = format
            self.rules = rules
            self.skipIterations = skipIterations
            self.output = output
            self.timeout = timeout
            self.silence = silence
            self.workUnits = workUnits
            self.metrics = metrics
            self.partialResume = partialResume
            self.setup = setup
            self.setupEach = setupEach
            self.cleanup = cleanup
            self.okStatuses = okStatuses
            self.counters = counters
            self.isolation = isolation
            self.repetitions = repetitions
            self.profile = profile
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case prefix
            case parameters = "params"
            case command
            case directory = "dir"
            case environment = "env"
            case standardInput = "stdin"
            case standardInputPath = "stdin_path"
            case format
            case rules
            case skipIterations = "skip_iterations"
            case output
            case timeout = "timeout_ns"
            case silence = "silence_ns"
            case workUnits = "work_units"
            case metrics
            case partialResume = "partial_resume"
            case setup
            case setupEach = "setup_each"
            case cleanup
            case okStatuses = "ok_statuses"
            case counters
            case isolation
            case repetitions
            case profile
        }
    }
}

extension JobDescription.Benchmark {
    /// A metric that the suite speaks about.
    package struct WatchedMetric: Codable, Sendable, Equatable {
        package let metric: String
        package let better: Better?
        package let watch: Bool

        package init(
            metric: String, better: Better? = nil, watch: Bool
        ) {
            self.metric = metric
            self.better = better
            self.watch = watch
        }

        private enum CodingKeys: String, CodingKey {
            case metric
            case better
            case watch
        }
    }
}

extension JobDescription {
    /// How often a benchmark is repeated.
    package struct Repetitions: Codable, Sendable, Equatable {
        package let min: Int
        package let max: Int
        package let fixed: Int?
        /// Half width of the interval at which repeating stops.
        package let targetShare: Double
        package let budget: Nanoseconds
        package let warmup: Warmup
        /// Absent means true.
        package let freshProcess: Bool?
        /// Absent means 2.
        package let retryInvalidMax: Int?

        package init(
            min: Int, max: Int, fixed: Int? = nil, targetShare: Double, budget: Nanoseconds,
            warmup: Warmup, freshProcess: Bool? = nil, retryInvalidMax: Int? = nil
        ) {
            self.min = min
            self.max = max
            self.fixed = fixed
            self.targetShare = targetShare
            self.budget = budget
            self.warmup = warmup
            self.freshProcess = freshProcess
            self.retryInvalidMax = retryInvalidMax
        }

        private enum CodingKeys: String, CodingKey {
            case min
            case max
            case fixed
            case targetShare = "target_rel"
            case budget = "budget_ns"
            case warmup
            case freshProcess = "fresh_process"
            case retryInvalidMax = "retry_invalid_max"
        }
    }
}

extension JobDescription {
    /// In which order base and candidate run.
    package struct Order: Codable, Sendable, Equatable {
        package let scheme: Scheme
        package let seed: UInt64
        package let runsPerSide: Int

        package init(
            scheme: Scheme, seed: UInt64, runsPerSide: Int
        ) {
            self.scheme = scheme
            self.seed = seed
            self.runsPerSide = runsPerSide
        }

        private enum CodingKeys: String, CodingKey {
            case scheme
            case seed
            case runsPerSide = "runs_per_side"
        }
    }
}

extension JobDescription.Order {
    package enum Scheme: String, Sendable, CaseIterable, Codable {
        case interleaved = "ABBA"
        case sequential, random
    }
}

extension JobDescription.Repetitions {
    /// A fixed number of warm-up repetitions, so many as fill a time (`{duration_ns}`), or as many
    /// as it takes.
    package enum Warmup: Sendable, Equatable, Codable {
        case auto
        case count(Int)
        case time(Nanoseconds)

        private struct Time: Codable {
            let duration: Nanoseconds

            private enum CodingKeys: String, CodingKey {
                case duration = "duration_ns"
            }
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let word = try? container.decode(String.self) {
                guard word == "auto" else { throw container.broken("The only word is auto.") }
                self = .auto
                return
            }
            if let time = try? container.decode(Time.self) {
                self = .time(time.duration)
                return
            }
            let count = try container.decode(Int.self)
            guard count >= 0 else { throw container.broken("The count is negative.") }
            self = .count(count)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .auto: try container.encode("auto")
            case .count(let count): try container.encode(count)
            case .time(let duration): try container.encode(Time(duration: duration))
            }
        }
    }
}
