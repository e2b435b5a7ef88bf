import FoundationEssentials

/// A comparison in the forms of the command line's section 5.1.
struct ComparisonReport {
    let sides: ComparedSides
    /// All that were asked for.
    let rows: [ComparisonRow]
    let rowTrees: [JSONTree]
    /// Those for table and markdown.
    let shown: [ComparisonRow]
    let session: Session

    private static let markdownLimitBytes = 60_000

    private var style: Style { session.style }
    private var judged: [ComparisonRow] { rows.filter(\.isWatched) }

    private func count(_ direction: String) -> Int {
        judged.count { $0.direction == direction }
    }

    /// The verdict in one sentence: `77aa014 against 8c1f2a9: 1 regressed, 3 unchanged of 4.`
    var sentence: String {
        let names = [
            (sides.comparison.candidate, sides.candidateHost),
            (sides.comparison.base, sides.baseHost),
        ].map { side, host in
            PlainLine.text(side?.label ?? Readable.commit(side?.commit))
                + (host.map { " on " + PlainLine.text($0) } ?? "")
        }
        let parts = ["regressed", "improved", "unclear", "unchanged"]
            .map { (word: $0, count: count($0)) }.filter { $0.count > 0 }
            .map { "\($0.count) \($0.word)" }
        let found = parts.isEmpty ? "nothing was judged" : parts.joined(separator: ", ")
        return "\(names.joined(separator: " against ")): \(found)."
    }

    func table(isTerminal: Bool) -> String {
        let direction = sides.comparison.direction
        var text = style.paint(sentence, Style.tone(of: direction)) + "\n"
        if !shown.isEmpty {
            let table = ComparisonTable(style: style).table(shown)
            let width = isTerminal ? session.surroundings.terminal.width : nil
            text += "\n" + table.render(style: style, width: width)
        }
        text += unfinished
        let hidden = rows.count - shown.count
        if hidden > 0 { text += "\n(\(hidden) more with --only all)\n" }
        for warning in sides.comparison.warnings ?? [] {
            text += "note: " + PlainLine.text(warning.text ?? warning.reason ?? "") + "\n"
        }
        if let run = sides.run, let page = PageAddress(session.settings.server).run(run) {
            text += "\nPage: \(page)\n"
        }
        return text
    }

    /// Benchmarks that failed or were not measured on a side: never counted as unchanged.
    private var unfinished: String {
        var lines = sides.unfinished.map { entry in
            let what = [entry.state, entry.class, entry.message].compactMap(\.self)
            return "\(BenchmarkTitle.text(entry.benchmark, entry.params)), "
                + "\(entry.role ?? "candidate"): \(what.joined(separator: ", "))"
        }
        let failed = Set(sides.unfinished.map(\.benchmark))
        lines += rows.filter { !$0.isCompared && !failed.contains($0.benchmark) }.map { row in
            "\(row.title) \(row.metric): \(ReasonText.text(row.state ?? ""))"
        }
        guard !lines.isEmpty else { return "" }
        return "\nFailed and missing:\n"
            + lines.map { "  " + PlainLine.text($0) + "\n" }.joined()
    }

    /// `fleetmark.compare.v1`: sides, policy and engine, and all rows.
    var json: String {
        var members = sides.tree.members
        members["run_id"] = sides.run.map { .string($0) }
        members["rows"] = .array(rowTrees)
        return JSONTree.document("compare", members).text + "\n"
    }
}

// MARK: - Markdown

extension ComparisonReport {
    /// At most 60,000 characters; rows that do not fit are counted.
    var markdown: String {
        var text = "**\(escaped(sentence))**\n\n"
        let changes = shown.filter { $0.direction == "regressed" || $0.direction == "improved" }
        for row in changes.prefix(5) {
            let change = Readable.change(row.shiftRel, row.ciRel, style)
            text +=
                "- \(style.direction(row.direction)): `\(code(row.title))` "
                + "\(code(row.metric)) \(change)\n"
        }
        if let run = sides.run, let page = PageAddress(session.settings.server).run(run) {
            text += "\n[Page](\(page))\n"
        }
        text += folded(room: Self.markdownLimitBytes - text.utf8.count - 1_000)
        text += "\nReproduce: `\(code(reproduction))`\n"
        return text
    }

    private var reproduction: String {
        let names = [sides.comparison.base, sides.comparison.candidate]
            .map { Readable.commit($0?.commit) }
        let hosts = [("--base-host", sides.baseHost), ("--candidate-host", sides.candidateHost)]
            .compactMap { option, host in host.map { " \(option) \($0)" } }
        return "fleetmark compare \(names.joined(separator: " "))\(hosts.joined())"
    }

    private func folded(room: Int) -> String {
        var lines = [
            "", "<details><summary>\(shown.count) of \(rows.count) rows</summary>", "",
            "| benchmark | metric | base | candidate | change | p | direction |",
            "|---|---|--:|--:|--:|--:|---|",
        ]
        var used = lines.reduce(0) { $0 + $1.utf8.count + 1 }
        var left = 0
        for row in shown {
            let line = self.line(row)
            used += line.utf8.count + 1
            if used > room { left += 1 } else { lines.append(line) }
        }
        if left > 0 { lines += ["", "\(left) more rows are not shown here."] }
        return (lines + ["", "</details>", ""]).joined(separator: "\n")
    }

    private func line(_ row: ComparisonRow) -> String {
        let cells = [
            row.title, row.metric, Readable.value(row.base?.median, unit: row.unit),
            Readable.value(row.candidate?.median, unit: row.unit),
            Readable.change(row.shiftRel, row.ciRel, style),
            Readable.probability(row.pAdjusted ?? row.p),
            row.isWatched ? style.direction(row.direction) : "not watched",
        ]
        return "| " + cells.map(escaped).joined(separator: " | ") + " |"
    }

    private func escaped(_ text: String) -> String {
        PlainLine.text(text).reduce(into: "") { result, character in
            if "\\`*_{}[]<>|#".contains(character) { result += "\\" }
            result.append(character)
        }
    }

    private func code(_ text: String) -> String {
        PlainLine.text(text).filter { $0 != "`" }
    }
}

// MARK: - JUnit

extension ComparisonReport {
    /// One suite per benchmark, one case per judged metric.
    var junit: String {
        var names: [String] = []
        for row in judged where !names.contains(row.title) { names.append(row.title) }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        for name in names {
            let cases = judged.filter { $0.title == name }
            let failures = cases.count { $0.direction == "regressed" }
            let errors = cases.count { !$0.isCompared && $0.state == "failed" }
            let skipped = cases.count { isSkipped($0) }
            text += "  <testsuite name=\"\(xml(name))\" tests=\"\(cases.count)\" "
            text += "failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\">\n"
            for row in cases { text += testCase(row) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private func isSkipped(_ row: ComparisonRow) -> Bool {
        row.direction != "regressed" && row.state != "failed"
            && (row.direction == "unclear" || row.decision == "skip" || !row.isCompared)
    }

    private func testCase(_ row: ComparisonRow) -> String {
        let change = Readable.change(row.shiftRel, row.ciRel, style)
        let note = ComparisonTable(style: style).note(row)
        var lines = [
            "    <testcase classname=\"\(xml(row.title))\" name=\"\(xml(row.metric))\">"
        ]
        if !change.isEmpty {
            lines.append("      <properties>")
            lines.append("        <property name=\"change\" value=\"\(xml(change))\"/>")
            lines.append("      </properties>")
        }
        if row.direction == "regressed" {
            let threshold = row.thresholdRel.map { ", threshold \(Readable.share($0))" } ?? ""
            lines.append("      <failure message=\"\(xml(change + threshold))\"/>")
        } else if row.state == "failed" {
            lines.append("      <error message=\"\(xml(note))\"/>")
        } else if isSkipped(row) {
            lines.append("      <skipped message=\"\(xml(note))\"/>")
        }
        return (lines + ["    </testcase>", ""]).joined(separator: "\n")
    }

    private func xml(_ text: String) -> String {
        PlainLine.text(text).reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
