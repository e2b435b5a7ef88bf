/// One canary: a fixed small benchmark that watches the host itself.
package struct CanaryRecord: Codable, Sendable, Equatable {
    /// Since the attempt's start.
    package let at: Nanoseconds
    package let name: String
    package let values: [Double]
    package let median: Double
    /// Median absolute deviation.
    package let mad: Double
    package let instructions: UInt64?
    /// Deviation from the host's own history, in robust standard deviations.
    package let z: Double?
    package let state: String
    /// Medians outside of `low` and `high` deviate; absent before there is a reference.
    package let low: Double?
    package let high: Double?
    /// What deviates.
    package let reason: String?

    package init(
        at: Nanoseconds, name: String, values: [Double], median: Double, mad: Double,
        instructions: UInt64? = nil, z: Double? = nil, state: String,
        low: Double? = nil, high: Double? = nil, reason: String? = nil
    ) {
        self.at = at
        self.name = name
        self.values = values
        self.median = median
        self.mad = mad
        self.instructions = instructions
        self.z = z
        self.state = state
        self.low = low
        self.high = high
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case at = "at_ns"
        case name
        case values
        case median
        case mad
        case instructions
        case z
        case state
        case low
        case high
        case reason
    }
}

extension CanaryRecord {
    func validate() throws(FieldProblem) {
        try FieldCheck.name("name", name)
        try FieldCheck.name("state", state)
        guard (1...MeasurementRecord.valueLimit).contains(values.count) else {
            throw FieldProblem(
                "/values", "A canary has 1 to \(MeasurementRecord.valueLimit) values.")
        }
        for (index, value) in values.enumerated() {
            try FieldCheck.finite("values/\(index)", value)
        }
        try FieldCheck.finite("median", median)
        try FieldCheck.finite("mad", mad)
        if let z { try FieldCheck.finite("z", z) }
        if let low { try FieldCheck.finite("low", low) }
        if let high { try FieldCheck.finite("high", high) }
        try FieldCheck.text("reason", reason ?? "")
    }
}
