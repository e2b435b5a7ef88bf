import Counters
package import FleetModel
package import HostFacts

/// Something that happened in an attempt.
package enum RunnerEvent: Sendable, Equatable {
    case phase(PhaseEvent)
    case measurement(MeasuredValues)
    case caseEnded(CaseEnd)
    case isolation(IsolationFacts)
    case counters(CounterFacts)
    case environment(EnvironmentFacts)
    case dependencies(DependencyFacts)
    case signals(SignalFacts)
    case canary(CanaryPoint)
    case note(RunnerNote)
}

package struct PhaseEvent: Sendable, Equatable {
    package enum Moment: String, Sendable { case start, end, fail }

    package var phase: AttemptPhase
    package var moment: Moment
    package var role: RevisionRole?
    package var benchmark: String?
    package var durationNanoseconds: Int64?
    package var exitStatus: Int32?
    package var signal: Int32?
    package var message: String?

    package init(
        _ phase: AttemptPhase, _ moment: Moment, role: RevisionRole? = nil,
        benchmark: String? = nil
    ) {
        self.phase = phase
        self.moment = moment
        self.role = role
        self.benchmark = benchmark
    }
}

/// Which benchmark of which side.
package struct CaseIdentity: Sendable, Hashable {
    package let benchmark: String
    package let parameters: Parameters
    package let role: RevisionRole

    package init(benchmark: String, parameters: Parameters, role: RevisionRole) {
        self.benchmark = benchmark
        self.parameters = parameters
        self.role = role
    }
}

/// Values of one metric from one visit, in order of iteration.
package struct MeasuredValues: Sendable, Equatable {
    package struct Mark: Sendable, Equatable {
        package let iteration: Int64
        package let validity: Validity
        /// A mark reason of the protocol.
        package let reason: String
    }

    /// How the kernel counted a value.
    package struct Counter: Sendable, Equatable {
        /// A counter state of the protocol.
        package let state: String
        package let enabledNanoseconds: UInt64
        package let runningNanoseconds: UInt64

        init(_ reading: CounterReading) {
            state = reading.state.rawValue
            enabledNanoseconds = reading.raw?.enabledNanoseconds ?? 0
            runningNanoseconds = reading.raw?.runningNanoseconds ?? 0
        }
    }

    /// Who measured, where it was not the agent.
    package struct Tool: Sendable, Equatable {
        package let name: String
        package var version = "unknown"
    }

    package var of: CaseIdentity
    package var metric: MetricIdentity
    /// Process start, from 0.
    package var visit: Int
    package var isWarmup: Bool
    /// Index of the first value, counted on over visits and warm-up.
    package var iteration: Int64
    /// 1 to 5,000 finite numbers in the metric's unit.
    package var values: [Double]
    package var marks: [Mark]
    /// Since the attempt's start, one per value; empty where a tool measured.
    package var startedNanoseconds: [Int64]
    package var tool: Tool?
    /// Which groups of counters were counted, where they did not fit into one execution.
    package var pass: Int?
    package var counter: Counter?
}

/// How one benchmark of one side ended.
package struct CaseEnd: Sendable, Equatable {
    package struct Headline: Sendable, Equatable {
        package let value: Double
        package let statistic: String
    }

    package var of: CaseIdentity
    package var state: CaseState
    /// An error class of the formats, or a failure detail.
    package var errorClass: String?
    package var message: String?
    /// Measured ones, warm-up left out.
    package var iterations: Int64
    package var stop: StopReason?
    package var halfWidthShare: Double?
    /// What was measured in visits before this one was warm-up still; `nil` where nothing was.
    package var firstVisit: Int?
    package var headlines: [String: Headline]
}

/// What was in force around the foreign processes of a kind of launch.
package struct IsolationFacts: Sendable, Equatable {
    package struct Missing: Sendable, Equatable {
        package let item: String
        package let reason: String
        package let advice: String
    }

    /// A kind of launch: `fetch`, `build`, `measure`, …
    package var phase: String
    /// Whose programs they were.
    package var role: RevisionRole?
    /// The first benchmark that it holds for; `nil` for a fetch or a build.
    package var benchmark: String?
    package var levelAsked: String
    package var levelReached: String
    package var cpus: [Int]
    /// `hard`, or `soft` where the program can leave its processors.
    package var pinning: String?
    package var uid: UInt32
    package var capabilities: [String]
    package var namespaces: [String]
    package var seccomp: Bool
    package var noNewPrivileges: Bool
    package var network: String
    package var randomisesAddresses: Bool
    package var scheduler: String
    /// Whose control groups' limits held: 1 or 2, 0 for none.
    package var groupVersion: Int
    package var groupPath: String
    package var memoryMaxBytes: Int64?
    package var processesMax: Int64?
    package var diskMaxBytes: Int64?
    package var layout: LayoutPolicy?
    package var fixesSeeds: Bool?
    /// Files came from the disk.
    package var isCold: Bool?
    /// What stood as HOME: `view`, `copy` or `empty`.
    package var home: String?
    /// The one in force.
    package var tuningProfile: String?
    /// No other thread shares a core with the program.
    package var siblingsAreIdle = false
    /// Memory node of the processors, where it is one.
    package var node: Int?
    package var tuning: [TunedKnob] = []
    package var missing: [Missing]
}

package struct EnvironmentFacts: Sendable, Equatable {
    package let fingerprint: HostFingerprint
    package let toolchains: [Toolchain]
    /// What every measured process gets, the benchmark's own variables left out.
    package let variables: [String: String]
    /// `nil` where no canaries run.
    package let calibration: HostCalibration?
}

/// What one lockfile of a side pins, or a part of it.
package struct DependencyFacts: Sendable, Equatable {
    package let role: RevisionRole
    /// Its path in the checkout.
    package let lockfile: String
    package let versions: [LockedDependency]
}

/// How the host was during one measured execution.
package struct SignalFacts: Sendable, Equatable {
    package let of: CaseIdentity
    /// Index of the execution's first value.
    package let iteration: Int64
    /// By name, in the unit that the name ends in.
    package let signals: [String: Double]
    package let validity: Validity
    /// Mark reasons of the protocol, the worst first.
    package let reasons: [String]
    /// Who else used processors, the most first; empty unless that was too much.
    package let others: [GroupTimes.Use]
}

package struct RunnerNote: Sendable, Equatable {
    package enum Level: String, Sendable { case info, warning, error }

    package let level: Level
    package let text: String
    package let code: String?

    package init(_ level: Level, _ text: String, code: String? = nil) {
        self.level = level
        self.text = String(text.prefix(Failure.messageLimit))
        self.code = code
    }
}
