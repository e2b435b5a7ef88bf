/// Runs as a list.
struct RunTable {
    private let style: Style
    private let now: Int64

    init(_ session: Session) {
        style = session.style
        now = session.surroundings.nowMicroseconds()
    }

    func table(_ runs: [Run]) -> TextTable {
        TextTable(
            [
                .init("RUN"), .init("COMMIT"), .init("SUBJECT"), .init("BRANCH"),
                .init("STATE", isCut: false),
                .init("DIRECTION", isCut: false), .init("DECISION"), .init("CLASS"),
                .init("AGE", .right),
                .init("TOOK", .right),
            ], rows: runs.map(row))
    }

    private func row(_ run: Run) -> [TextTable.Cell] {
        [
            .init(RunReference.short(run.id)), .init(Readable.commit(of: run)),
            .init(run.subject), .init(BranchName.short(run.ref)),
            .init(run.state, tone: Style.tone(of: run.state)),
            .init(style.direction(run.direction), tone: Style.tone(of: run.direction)),
            .init(run.decision, tone: Style.tone(of: run.decision)), .init(run.hostClass),
            .init(Readable.age(from: run.createdUs, to: now), order: age(run)),
            .init(
                Readable.span(from: run.startedUs, to: run.finishedUs),
                order: seconds(run.startedUs, run.finishedUs)),
        ]
    }

    private func age(_ run: Run) -> Double? { seconds(run.createdUs, now) }

    private func seconds(_ start: Int64?, _ end: Int64?) -> Double? {
        guard let start, let end else { return nil }
        return (Double(end) - Double(start)) / 1e6
    }
}

/// A ref as people call it.
enum BranchName {
    static func short(_ ref: String?) -> String? {
        guard let ref else { return nil }
        for prefix in ["refs/heads/", "refs/tags/", "refs/"] where ref.hasPrefix(prefix) {
            return String(ref.dropFirst(prefix.count))
        }
        return ref
    }
}
