/// Marks a repetition that other work has pushed off its processor far more often than the rest.
///
/// Suspect is more than 10 + 5 × the median of the repetitions before it, from the fourth on. The
/// value itself is kept as it is. The bound is ours: it leaves ordinary timer ticks alone.
struct SwitchWatch {
    private static let warmRepetitions = 3
    private var seen: [Int64] = []

    /// `involuntarySwitches`: of one repetition (getrusage(2), `ru_nivcsw`).
    mutating func isSuspect(involuntarySwitches: Int64) -> Bool {
        defer {
            let place = seen.firstIndex { $0 > involuntarySwitches } ?? seen.count
            seen.insert(involuntarySwitches, at: place)
        }
        guard seen.count >= Self.warmRepetitions else { return false }
        let (bound, overflow) = seen[seen.count / 2].multipliedReportingOverflow(by: 5)
        return !overflow && involuntarySwitches - 10 > bound
    }
}
