import FleetModel
import HostFacts

/// What an execution's grade does to the values that it gave.
enum NoiseMarks {
    /// One mark for each reason of a single value; of many values each has the worst one.
    static func marks(
        _ grade: NoiseWatch.Grade?, from first: Int64, count: Int
    ) -> [MeasuredValues.Mark] {
        guard let verdict = grade?.verdict, verdict.validity != .clean else { return [] }
        let reasons = count == 1 ? verdict.reasons : Array(verdict.reasons.prefix(1))
        return (0..<Int64(count)).flatMap { offset in
            reasons.map { reason in
                MeasuredValues.Mark(
                    iteration: first + offset, validity: verdict.validity, reason: reason)
            }
        }
    }
}

extension Side.Tally {
    /// Counts values of one execution as measured, or as invalid.
    mutating func count(_ values: Int64, in visit: Int, _ grade: NoiseWatch.Grade?) {
        guard let verdict = grade?.verdict, verdict.validity == .invalid else {
            measure(values, in: visit)
            return
        }
        invalid += values
        reasons.formUnion(verdict.reasons)
    }
}
