import FleetModel
import Storage

/// The cells of a run's matrix that have no results, in words: a verdict is one of the others.
struct StoppedCells {
    private let all: Int
    /// Empty where there is one run alone.
    private let side: String
    private let stopped: [(cell: Parameters, ending: String)]

    private static let shown = 3

    init(_ jobs: [JobRecord], of side: String = "") {
        all = jobs.count
        self.side = side.isEmpty ? "" : " of the \(side)"
        stopped = jobs.compactMap { job in
            guard job.cell != .none else { return nil }
            return job.ending.map { (job.cell, $0) }
        }
    }

    var isEmpty: Bool { stopped.isEmpty }

    /// `1 of 3 cells did not come to an end: cc=clang was cancelled by ada.`
    func tell(in sentence: inout Sentence) {
        guard !stopped.isEmpty else { return }
        let cells = RunVerdict.counted(all, "cell")
        sentence.stress(
            stopped.count == all
                ? " No cell\(side) came to its end: "
                : " \(stopped.count) of \(cells)\(side) did not come to an end: ")
        for (place, entry) in stopped.prefix(Self.shown).enumerated() {
            if place > 0 { sentence.say("; ") }
            if let cell = ForeignText(entry.cell) { sentence.name(cell) }
            sentence.say(" ")
            sentence.name(ForeignText(entry.ending, limit: 200))
        }
        let rest = stopped.count - Self.shown
        sentence.say(rest > 0 ? "; and \(rest) more, see below." : ".")
    }
}
