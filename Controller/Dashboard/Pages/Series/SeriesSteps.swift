import FleetModel
import Storage

/// The changes of level that the analysis found, by the run with which each new level begins.
struct SeriesSteps: Hashable, Sendable {
    private let byRun: [RunID: Step]

    struct Step: Hashable, Sendable {
        let direction: Direction
        let shift: RelativeInterval?
        let before: Double
        let after: Double
        let p: Double?
        /// Where the change may as well have happened, if not at the run alone.
        let range: (earliest: CommitHash, latest: CommitHash)?
        let foundAt: ServerTime

        static func == (lhs: Self, rhs: Self) -> Bool {
            (lhs.direction, lhs.shift, lhs.before, lhs.after, lhs.foundAt)
                == (rhs.direction, rhs.shift, rhs.before, rhs.after, rhs.foundAt)
                && lhs.p == rhs.p && lhs.range?.earliest == rhs.range?.earliest
                && lhs.range?.latest == rhs.range?.latest
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(before)
            hasher.combine(after)
        }
    }

    init(_ steps: [RunID: Step] = [:]) { byRun = steps }

    /// Of active change points; epochs are told from the points themselves.
    init(_ records: [ChangePointRecord]) {
        byRun = Dictionary(
            records.filter { $0.found.kind == .change }.map { ($0.found.run, Step($0)) },
            uniquingKeysWith: { first, _ in first })
    }

    subscript(run: RunID) -> Step? { byRun[run] }
}

extension SeriesSteps.Step {
    init(_ record: ChangePointRecord) {
        let found = record.found
        self.init(
            direction: found.direction, shift: found.shift, before: found.levelBefore,
            after: found.levelAfter, p: found.p,
            range: found.earliest == found.latest ? nil : (found.earliest, found.latest),
            foundAt: record.foundAt)
    }

    /// The mark's shape: neither way better is neither good nor bad.
    var kind: String { direction == .unclear ? "unclear" : direction.rawValue }

    /// How often noise alone would look like this: `1 in 1 200`.
    var chance: String? {
        guard let p else { return nil }
        guard p > 1e-9 else {
            return "less than 1 in " + Figures.grouped(1_000_000_000)
        }
        guard p < 0.5 else { return "more than 1 in 2" }
        let count = 1 / p
        var step = 1.0
        while count / step >= 100 { step *= 10 }
        return "1 in " + Figures.fixed((count / step).rounded() * step, decimals: 0)
    }
}
