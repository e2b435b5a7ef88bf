package import AgentProtocol
package import Storage

extension CanaryResult {
    /// A word of a later version is not known here.
    package init(_ record: CanaryRecord) {
        var limits: ClosedRange<Double>?
        if let low = record.low, let high = record.high, low <= high { limits = low...high }
        self.init(
            name: record.name, runs: Int64(record.values.count), median: record.median,
            mad: record.mad, instructions: record.instructions.map(Int64.init(clamping:)),
            z: record.z, limits: limits, state: State(rawValue: record.state) ?? .unknown,
            reason: record.reason)
    }
}
