package import FleetModel

/// Values of one metric of one benchmark, in order of iteration.
package struct MeasurementRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let benchmark: String
    package let parameters: Parameters
    /// A slug.
    package let metric: String
    /// Canonical unit or the tool's own text; empty when there is none.
    package let unit: String
    package let better: Better
    package let provider: Provider
    package let pmu: String?
    package let role: RevisionRole
    /// Which process start, from 0.
    package let visit: Int?
    package let pass: Int?
    package let phase: MeasuringPhase
    /// Index of the first value per benchmark, params and role, from 0.
    package let iteration: Int64
    /// 1 to 5,000.
    package let values: [MeasuredNumber]
    /// Absent when all values are clean.
    package let marks: [SampleMark]?
    package let counter: CounterReading?
    /// One per value.
    package let enabled: [Nanoseconds]?
    /// One per value.
    package let running: [Nanoseconds]?
    /// One per value, since the attempt's start.
    package let started: [Nanoseconds]?
    /// Who counted, for simulated and tool-reported values.
    package let tool: ToolIdentity?

    package init(
        at: Nanoseconds, benchmark: String, parameters: Parameters = .none, metric: String,
        unit: String, better: Better, provider: Provider, pmu: String? = nil, role: RevisionRole,
        visit: Int? = nil, pass: Int? = nil, phase: MeasuringPhase, iteration: Int64,
        values: [MeasuredNumber], marks: [SampleMark]? = nil, counter: CounterReading? = nil,
        enabled: [Nanoseconds]? = nil, running: [Nanoseconds]? = nil, started: [Nanoseconds]? = nil,
        tool: ToolIdentity? = nil
    ) {
        self.at = at
        self.benchmark = benchmark
        self.parameters = parameters
        self.metric = metric
        self.unit = unit
        self.better = better
        self.provider = provider
        self.pmu = pmu
        self.role = role
        self.visit = visit
        self.pass = pass
        self.phase = phase
        self.iteration = iteration
        self.values = values
        self.marks = marks
        self.counter = counter
        self.enabled = enabled
        self.running = running
        self.started = started
        self.tool = tool
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case benchmark
        case parameters = "params"
        case metric
        case unit
        case better
        case provider
        case pmu
        case role
        case visit
        case pass
        case phase
        case iteration
        case values
        case marks
        case counter
        case enabled = "enabled_ns"
        case running = "running_ns"
        case started = "started_ns"
        case tool
    }
}

/// The two phases that yield values.
package enum MeasuringPhase: String, Sendable, CaseIterable, Codable {
    case warmup, measure
}

/// What is wrong with one value. Unmarked values are clean.
package struct SampleMark: Codable, Sendable, Equatable {
    package let iteration: Int64
    package let validity: Validity
    /// A `MarkReason`, or a word of a later version.
    package let reason: String

    package init(
        iteration: Int64, validity: Validity, reason: String
    ) {
        self.iteration = iteration
        self.validity = validity
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case iteration
        case validity
        case reason
    }
}

extension SampleMark {
    package init(iteration: Int64, validity: Validity, reason: MarkReason) {
        self.init(iteration: iteration, validity: validity, reason: reason.rawValue)
    }
}

/// How far a hardware count can be trusted.
package struct CounterReading: Codable, Sendable, Equatable {
    package let state: CounterState

    package init(
        state: CounterState
    ) {
        self.state = state
    }

    private enum CodingKeys: String, CodingKey {
        case state
    }
}

/// A program that counted.
package struct ToolIdentity: Codable, Sendable, Equatable {
    package let name: String
    package let version: String

    package init(
        name: String, version: String
    ) {
        self.name = name
        self.version = version
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case version
    }
}
