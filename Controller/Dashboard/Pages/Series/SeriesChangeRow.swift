import FleetModel
import Storage

/// A change of level as a row.
struct SeriesChangeRow: Hashable, Sendable {
    let mark: Mark
    let kind: String
    let change: ChangeFigure?
    let before: Quantity
    let after: Quantity
    let href: String
    let commit: String
    let subject: ForeignText?
    let committedAt: Moment
    /// `1 in 1 200`: how often noise alone would look like this.
    let chance: String?
    /// `between 1f3a9bc and 8c1f2a9`; nil where the commit is certain.
    let range: String?

    init(
        _ step: SeriesSteps.Step, at point: SeriesPoint, scale: UnitScale, decimals: Int
    ) {
        mark = step.direction == .unclear ? Mark("unclear", word: "changed") : Mark(step.direction)
        kind = step.kind
        change = step.shift.map { ChangeFigure($0) }
        before = scale.quantity(step.before, decimals: decimals)
        after = scale.quantity(step.after, decimals: decimals)
        href = PagePath.run(point.run).text
        commit = point.commit.short
        subject = point.revision.map { ForeignText($0.subject, limit: 160) }
        committedAt = Moment(point.commitTime)
        chance = step.chance
        range = step.range.map { "between \($0.earliest.short) and \($0.latest.short)" }
    }
}
