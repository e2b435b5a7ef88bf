import FleetModel

extension MeasurementRecord {
    /// Most values of one record.
    package static let valueLimit = 5000

    package func validate() throws(FieldProblem) {
        try FieldCheck.name("benchmark", benchmark)
        try FieldCheck.parameters(parameters.values)
        try FieldCheck.slug("metric", metric)
        try FieldCheck.text("unit", unit)
        if let pmu { try FieldCheck.name("pmu", pmu) }
        try FieldCheck.count("visit", visit ?? 0)
        try FieldCheck.count("pass", pass ?? 0)
        try FieldCheck.count("iteration", iteration)
        guard (1...Self.valueLimit).contains(values.count) else {
            throw FieldProblem("/values", "A record has 1 to \(Self.valueLimit) values.")
        }
        guard iteration <= Int64.max - Int64(values.count) else {
            throw FieldProblem("/iteration", "The iterations do not fit in 64 bits.")
        }
        try checkLengths()
        try checkMarks()
        if let tool { try FieldCheck.name("tool/name", tool.name) }
    }

    private func checkLengths() throws(FieldProblem) {
        for (field, times) in [
            ("enabled_ns", enabled), ("running_ns", running), ("started_ns", started),
        ] {
            guard let times else { continue }
            guard times.count == values.count else {
                throw FieldProblem("/" + field, "The list is not as long as the values.")
            }
        }
    }

    private func checkMarks() throws(FieldProblem) {
        for (index, mark) in (marks ?? []).enumerated() {
            guard iterations.contains(mark.iteration) else {
                throw FieldProblem(
                    "/marks/\(index)/iteration", "The record has no value of this iteration.")
            }
            try FieldCheck.slug("marks/\(index)/reason", mark.reason)
        }
    }
}

/// Why a value is suspect or invalid (API contract, §4.6).
package enum MarkReason: String, Sendable, CaseIterable {
    case throttled, steal
    case foreignLoad = "foreign_load"
    case involuntarySwitches = "involuntary_switches"
    case migrated, interrupted, swap
    case majorFaults = "major_faults"
    case outOfMemory = "out_of_memory"
    case machineCheck = "machine_check"
    case frequencyLow = "frequency_low"
    case frequencyHigh = "frequency_high"
    case temperature
    case counterUnreliable = "counter_unreliable"
    case counterMultiplexed = "counter_multiplexed"
    case partialPMU = "partial_pmu"
    case clock
    case nonzeroExit = "nonzero_exit"
    case timeout
    case parseError = "parse_error"
    case outlierKept = "outlier_kept"
}
