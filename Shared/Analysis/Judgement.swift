package import FleetModel

/// What happened to one metric, what follows, and why not something else.
package struct Judgement: Hashable, Sendable {
    package let direction: Direction
    package let decision: Decision
    /// Slugs of the API (`not_confirmed`, `inconclusive` …); empty for a plain answer.
    package let reasons: [String]

    package init(_ direction: Direction, _ decision: Decision, _ reasons: String...) {
        self.init(direction, decision, reasons: reasons)
    }

    private init(_ direction: Direction, _ decision: Decision, reasons: [String]) {
        self.direction = direction
        self.decision = decision
        self.reasons = reasons
    }

    /// The same, with one more reason before the others.
    func because(_ reason: String) -> Judgement {
        Judgement(direction, decision, reasons: [reason] + reasons)
    }

    /// The run's word over all its judged metrics: any regression, else any improvement, else
    /// unchanged only when every one is.
    package static func overall(_ judged: [Judgement]) -> (Direction, Decision) {
        let directions = judged.map(\.direction)
        let decision = Decision.overall(judged.map(\.decision))
        if directions.contains(.regressed) { return (.regressed, decision) }
        if directions.contains(.improved) { return (.improved, decision) }
        let isSteady = !directions.isEmpty && directions.allSatisfy { $0 == .unchanged }
        return (isSteady ? .unchanged : .unclear, decision)
    }
}
