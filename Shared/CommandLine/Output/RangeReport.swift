/// What a finished request found, for people: the table, then each commit that changed something
/// by name, then what could not be judged, then the page.
struct RangeReport {
    let outcomes: [RunOutcome]
    let session: Session
    let pages: PageAddress
    let request: String

    /// Rows above which unchanged ones are left out.
    static let mostRows = 60
    /// Benchmarks of a run that did not end well and are told one by one.
    static let mostFailed = 10
    /// Unclear metrics that are told one by one.
    static let mostDoubtful = 12
    private static let wide = 110

    private var style: Style { session.style }
    private var terminalWidth: Int? { session.surroundings.terminal.width }

    var text: String {
        let blocks = [
            table, commits("regressed", title: "Guilty", .bad),
            commits("improved", title: "Better", .good), crept, doubtful, failures, summary,
        ]
        return blocks.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var table: String {
        let all = outcomes.flatMap(\.judged)
        guard !all.isEmpty else { return "" }
        let isLong = all.count > Self.mostRows
        let table = ComparisonTable(style: style).table(
            outcomes, isWide: (terminalWidth ?? Self.wide) >= Self.wide
        ) { row in row.isWatched && (!isLong || row.direction != "unchanged") }
        let text = table.render(style: style, width: terminalWidth)
        let hidden = all.count - table.rows.count
        return hidden == 0 ? text : text + "(\(hidden) unchanged not shown)\n"
    }

    /// Each commit with rows of one direction, and those rows.
    private func commits(_ direction: String, title: String, _ tone: Style.Tone) -> String {
        outcomes.compactMap { outcome -> String? in
            let rows = outcome.judged.filter { $0.direction == direction }
            guard !rows.isEmpty else { return nil }
            let head = style.paint("\(title):", tone) + " " + name(outcome.run)
            return block(head, rows, outcome, tone)
        }.joined()
    }

    private func block(
        _ head: String, _ rows: [ComparisonRow], _ outcome: RunOutcome, _ tone: Style.Tone
    ) -> String {
        let arrow = style.hasUnicode ? "→" : "->"
        let lines = rows.map { row in
            let sign = String(style.direction(row.direction).prefix(1))
            let medians = [row.base?.median, row.candidate?.median]
                .map { Readable.value($0, unit: row.unit) }
            var text = "\(sign) \(PlainLine.text("\(row.title) \(row.metric)"))  "
            text += Readable.change(row.shiftRel, row.ciRel, style)
            if medians.allSatisfy({ !$0.isEmpty }) {
                text += "  \(medians.joined(separator: " \(arrow) "))"
            }
            let note = ComparisonTable(style: style).note(row)
            return "  " + style.paint(text, tone) + (note.isEmpty ? "" : "  (\(note))") + "\n"
        }
        let page = pages.run(outcome.run.id).map { "  \(style.paint($0, .faint))\n" } ?? ""
        return head + "\n" + lines.joined() + page
    }

    /// `92d06a9 subject (author)`.
    private func name(_ run: Run) -> String {
        var text = Readable.commit(run.commit)
        if let subject = run.subject, !subject.isEmpty { text += " " + subject }
        if let author = run.author, !author.isEmpty { text += " (\(author))" }
        return PlainLine.text(text)
    }

    /// Commits that are worse than the pinned baseline, whatever they did themselves.
    private var crept: String {
        outcomes.flatMap { outcome in
            outcome.crept.map { text in
                style.paint("Crept in:", .bad) + " \(name(outcome.run))\n  \(text)\n"
            }
        }.joined()
    }

    /// Metrics that could not be judged, and how large a change would have been seen.
    private var doubtful: String {
        var room = Self.mostDoubtful
        var text = ""
        for outcome in outcomes {
            let rows = Self.unclear(outcome)
            guard !rows.isEmpty, room > 0 else { continue }
            let head = style.paint("Unclear:", .doubtful) + " " + name(outcome.run)
            text += block(head, Array(rows.prefix(room)), outcome, .doubtful)
            room -= min(room, rows.count)
        }
        let all = outcomes.map { Self.unclear($0).count }.reduce(0, +)
        return all > Self.mostDoubtful ? text + "(\(all - Self.mostDoubtful) more unclear)\n" : text
    }

    /// Without those of a benchmark that another metric has found guilty.
    private static func unclear(_ outcome: RunOutcome) -> [ComparisonRow] {
        let guilty = Set(outcome.judged.filter { $0.direction == "regressed" }.map(\.title))
        return outcome.judged.filter { $0.direction == "unclear" && !guilty.contains($0.title) }
    }

    private var failures: String {
        outcomes.compactMap { outcome -> String? in
            let run = outcome.run
            guard run.state != "succeeded" else { return nil }
            let head = style.paint("\(run.state.capitalizedFirst):", Style.tone(of: run.state))
            var lines = ["\(head) \(name(run))"]
            lines += cells(of: outcome)
            if let failure = run.failure, outcome.stoppedCells.isEmpty {
                lines += PlainLine.lines(failure.text).map { "  " + $0 }
            }
            lines += outcome.failedCases.prefix(Self.mostFailed).map { "  " + $0.why }
            let rest = outcome.failedCases.count - Self.mostFailed
            if rest > 0 { lines.append("  (\(rest) more)") }
            let command = ["cancelled", "expired"].contains(run.state) ? "show" : "logs"
            lines.append("  try: fleetmark \(command) \(RunReference.short(run.id))")
            return lines.map { $0 + "\n" }.joined()
        }.joined()
    }

    /// The cells without results, and why they have none.
    private func cells(of outcome: RunOutcome) -> [String] {
        let shown = outcome.stoppedCells.prefix(Self.mostFailed).map { job in
            let reason = job.reason.isEmpty ? "" : ", " + job.reason
            return "  " + PlainLine.text("\(job.cellText) \(job.state ?? "?")\(reason)")
        }
        let rest = outcome.stoppedCells.count - shown.count
        return rest > 0 ? shown + ["  (\(rest) more cells)"] : shown
    }

    private var summary: String {
        var lines = [sentence]
        if let page = pages.request(request) { lines.append("Page: \(page)") }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The answer in one sentence.
    private var sentence: String {
        let commits = Self.commits(Set(outcomes.map(\.run.commit)).count)
        func found(_ direction: String) -> [RunOutcome] {
            outcomes.filter { $0.judged.contains { $0.direction == direction } }
        }
        guard outcomes.contains(where: { $0.comparison != nil }) else {
            let measured = outcomes.count { $0.run.hasResults }
            return measured == 0
                ? "Nothing was measured."
                : "\(Self.commits(measured)) measured, with nothing to be compared with."
        }
        let guilty = found("regressed")
        let unclear = outcomes.count { !Self.unclear($0).isEmpty }
        let stopped = outcomes.reduce(0) { $0 + $1.stoppedCells.count }
        let rest = [
            ("improved", found("improved").count), ("unclear", unclear),
            (stopped == 1 ? "cell without results" : "cells without results", stopped),
        ].filter { $0.1 > 0 }.map { ", \($0.1) \($0.0)" }.joined()
        guard !guilty.isEmpty else { return "None of \(commits) regressed\(rest)." }
        let names = guilty.prefix(5).map { Readable.commit($0.run.commit) }
        let more = guilty.count > 5 ? " …" : ""
        return "\(guilty.count) of \(commits) regressed: "
            + "\(names.joined(separator: ", "))\(more)\(rest)."
    }

    private static func commits(_ count: Int) -> String {
        "\(count) commit\(count == 1 ? "" : "s")"
    }
}

extension String {
    /// `failed` as a word at the beginning of a line.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
