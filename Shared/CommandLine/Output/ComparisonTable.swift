/// Rows of comparisons as tables.
struct ComparisonTable {
    let style: Style

    /// Of one comparison (command line, section 5).
    func table(_ rows: [ComparisonRow]) -> TextTable {
        TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("BASE", .right),
                .init("CANDIDATE", .right), .init("CHANGE", .right), .init("P", .right),
                .init("NOISE", .right), .init("DIRECTION", isCut: false), .init("NOTE"),
            ],
            rows: rows.map { row in
                [
                    .init(row.title), .init(row.metric), base(row), candidate(row), change(row),
                    probability(row), noise(row),
                    direction(row), .init(note(row)),
                ]
            })
    }

    /// Of several runs, each against its own base; where there is room, with the medians.
    func table(_ outcomes: [RunOutcome], isWide: Bool, _ shown: (ComparisonRow) -> Bool)
        -> TextTable
    {
        var columns: [TextTable.Column] = [
            .init("COMMIT"), .init("SUBJECT"), .init("BENCHMARK"), .init("METRIC"),
        ]
        if isWide { columns += [.init("BASE", .right), .init("NOW", .right)] }
        columns += [.init("CHANGE", .right), .init("P", .right), .init("DIRECTION", isCut: false)]
        return TextTable(
            columns,
            rows: outcomes.flatMap { outcome in
                outcome.rows.filter(shown).map { row in
                    var cells: [TextTable.Cell] = [
                        .init(Readable.commit(outcome.run.commit)), .init(outcome.run.subject),
                        .init(row.title), .init(row.metric),
                    ]
                    if isWide { cells += [base(row), candidate(row)] }
                    return cells + [change(row), probability(row), direction(row)]
                }
            })
    }

    private func base(_ row: ComparisonRow) -> TextTable.Cell {
        .init(Readable.value(row.base?.median, unit: row.unit), order: row.base?.median)
    }

    private func candidate(_ row: ComparisonRow) -> TextTable.Cell {
        .init(Readable.value(row.candidate?.median, unit: row.unit), order: row.candidate?.median)
    }

    private func change(_ row: ComparisonRow) -> TextTable.Cell {
        .init(
            Readable.change(row.shiftRel, row.ciRel, style), order: row.shiftRel,
            tone: Style.tone(of: row.direction))
    }

    private func probability(_ row: ComparisonRow) -> TextTable.Cell {
        let p = row.pAdjusted ?? row.p
        return .init(Readable.probability(p), order: p)
    }

    /// `0.4 % steady`.
    private func noise(_ row: ComparisonRow) -> TextTable.Cell {
        let parts = [Readable.share(row.noise), row.noiseClass ?? ""].filter { !$0.isEmpty }
        return .init(parts.joined(separator: " "), order: row.noise)
    }

    private func direction(_ row: ComparisonRow) -> TextTable.Cell {
        guard row.isWatched else { return .init("not watched", tone: .faint) }
        return .init(style.direction(row.direction), tone: Style.tone(of: row.direction))
    }

    /// Why there is no plain answer: reasons in words, and what would have been seen.
    func note(_ row: ComparisonRow) -> String {
        guard row.isWatched else { return "" }
        var parts = (row.reasons ?? []).map { ReasonText.text($0) }
        if row.direction == "unclear" || row.direction == "unchanged", let effect = row.mdeRel {
            parts.append("\(style.plusMinus)\(Readable.share(effect)) would have been seen")
        }
        if !row.isCompared, let state = row.state, parts.isEmpty {
            parts.append(ReasonText.text(state))
        }
        return parts.joined(separator: "; ")
    }
}

/// A reason word as people say it; unknown ones with blanks.
enum ReasonText {
    static func text(_ word: String) -> String {
        switch word {
        case "no_noise_model": "two attempts, and too few runs to know how much they vary"
        case "across_hosts": "two hosts: a warning at most"
        case "other_host": "the base is of another host; --across-hosts compares ratios"
        case "noise_floor": "below three times the host's own noise"
        default: String(word.map { $0 == "_" ? " " : $0 })
        }
    }
}
