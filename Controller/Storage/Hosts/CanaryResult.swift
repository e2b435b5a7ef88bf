import Database
package import FleetModel

/// One canary as its host reported it.
package struct CanaryResult: Hashable, Sendable {
    package let name: String
    package let runs: Int64
    /// Seconds.
    package let median: Double
    package let mad: Double
    package let instructions: Int64?
    /// In robust standard deviations of the host's own reference.
    package let z: Double?
    /// Medians outside of these deviate; nil before there is a reference.
    package let limits: ClosedRange<Double>?
    /// `valid`, `warn`, `quarantine` or `unknown`.
    package let state: State
    package let reason: String?
    /// Set by the store.
    package private(set) var at = ServerTime(microseconds: 0)
    package private(set) var attempt: AttemptID?

    package enum State: String, Sendable, CaseIterable {
        case unknown, valid, warn, quarantine

        /// The more, the worse.
        var weight: Int {
            switch self {
            case .unknown: 0
            case .valid: 1
            case .warn: 2
            case .quarantine: 3
            }
        }
    }

    package init(
        name: String, runs: Int64, median: Double, mad: Double, instructions: Int64?, z: Double?,
        limits: ClosedRange<Double>?, state: State, reason: String?
    ) {
        self.name = name
        self.runs = runs
        self.median = median
        self.mad = mad
        self.instructions = instructions
        self.z = z
        self.limits = limits
        self.state = state
        self.reason = reason
    }

    init(_ row: Row) throws(DatabaseFailure) {
        var limits: ClosedRange<Double>?
        if let low = try row.optionalReal("low"), let high = try row.optionalReal("high"),
            low <= high
        {
            limits = low...high
        }
        self.init(
            name: try row.text("name"), runs: try row.integer("runs"),
            median: try row.real("median"), mad: try row.real("mad"),
            instructions: try row.optionalInteger("instructions"),
            z: try row.optionalReal("z"), limits: limits, state: try row.word("state"),
            reason: try row.optionalText("reason"))
        at = try row.time("at_us")
        attempt = try row.optionalID("attempt_id")
    }
}
