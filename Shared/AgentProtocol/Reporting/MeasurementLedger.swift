package import FleetModel

/// What of an attempt was measured already: each value has one identity, (role, benchmark,
/// params, metric, provider, pmu, pass, iteration), and a second one is refused.
package struct MeasurementLedger: Sendable {
    package struct Identity: Hashable, Sendable {
        package let role: RevisionRole
        package let benchmark: String
        package let parameters: Parameters
        package let metric: String
        package let provider: Provider
        package let pmu: String?
        package let pass: Int?
    }

    /// Disjoint and sorted, so that one look finds an overlap.
    private var taken: [Identity: [Range<Int64>]] = [:]

    package init() {}

    /// Enters the values of a record, or throws when one of them is there already.
    package mutating func enter(_ record: MeasurementRecord) throws(FieldProblem) {
        let range = record.iterations
        var ranges = taken[record.identity] ?? []
        let place = firstIndex(in: ranges, endingAfter: range.lowerBound)
        guard place == ranges.count || !ranges[place].overlaps(range) else {
            throw FieldProblem("/iteration", "A value of this identity was sent already.")
        }
        ranges.insert(range, at: place)
        taken[record.identity] = ranges
    }

    private func firstIndex(in ranges: [Range<Int64>], endingAfter start: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > start { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension MeasurementRecord {
    package var identity: MeasurementLedger.Identity {
        MeasurementLedger.Identity(
            role: role, benchmark: benchmark, parameters: parameters, metric: metric,
            provider: provider, pmu: pmu, pass: pass)
    }

    /// The iterations of its values.
    package var iterations: Range<Int64> {
        let (end, overflow) = iteration.addingReportingOverflow(Int64(values.count))
        return overflow || end < iteration ? iteration..<Int64.max : iteration..<end
    }
}
