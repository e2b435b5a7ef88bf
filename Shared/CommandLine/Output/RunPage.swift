import FleetModel

/// A run as a page of text.
struct RunPage {
    let view: RunView
    let session: Session

    private var style: Style { session.style }
    private var run: Run { view.outcome.run }
    private var width: Int? { session.surroundings.terminal.width }

    var text: String {
        [facts, cells, comparison, results, samples, troubles, artifacts, attempts]
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var facts: String {
        let utc = session.settings.usesUTC
        var list = FactList(style)
        list.add("run", run.id)
        let subject = run.subject.map { " " + $0 } ?? ""
        let author = run.author.map { " (\($0))" } ?? ""
        list.add("commit", Readable.commit(of: run) + subject + author)
        list.add("branch", BranchName.short(run.ref))
        list.add("state", run.state, Style.tone(of: run.state))
        list.add("verdict", verdict, Style.tone(of: run.direction))
        list.add("base", run.base.flatMap(base))
        list.add("class", run.hostClass)
        if let labels = run.labels, !labels.isEmpty {
            list.add("labels", Parameters(labels).text)
        }
        if view.jobs == nil {
            list.add(
                "host", view.attempts.value.items.last.flatMap { view.hostName($0.hostId) })
            if !run.isOver { list.add("phase", phase) }
        }
        list.add("asked for", Moment.text(run.createdUs, utc: utc))
        list.add("took", Readable.span(from: run.startedUs, to: run.finishedUs))
        if let failure = run.failure { list.add("failure", failure.text, .bad) }
        if let stopped { list.add("cells", stopped, .bad) }
        if let exclusion = run.exclusion { list.add("excluded", exclusion, .doubtful) }
        list.add("page", PageAddress(session.settings.server).run(run.id))
        return list.text
    }

    private var phase: String? { view.attempts.value.items.last.flatMap(phase) }

    private func phase(_ attempt: Attempt) -> String? {
        guard let phase = attempt.phase else { return nil }
        guard let done = attempt.done, let total = attempt.total, total > 0 else { return phase }
        return "\(phase) \(done)/\(total)"
    }

    private var verdict: String? {
        guard let direction = run.direction else { return nil }
        let decision = run.decision.map { ", \($0)" } ?? ""
        return style.direction(direction) + decision
    }

    private func base(_ base: Run.Base) -> String {
        Readable.commit(base.commit) + (base.how.map { " (\($0))" } ?? "")
    }

    /// The cells of the matrix, a job each, with the newest attempt of each.
    private var cells: String {
        guard let jobs = view.jobs?.value.items else { return "" }
        let newest = Dictionary(
            view.attempts.value.items.map { ($0.jobId ?? "", $0) }, uniquingKeysWith: { $1 })
        let table = TextTable(
            [.init("CELL"), .init("STATE"), .init("HOST"), .init("PHASE"), .init("WHY")],
            rows: jobs.map { job in
                let attempt = newest[job.id]
                let isOpen = !job.isOver
                return [
                    .init(job.cellText), .init(job.state, tone: Style.tone(of: job.state)),
                    .init(view.hostName(attempt?.hostId)),
                    .init(isOpen ? attempt.flatMap(phase) : nil), .init(job.reason),
                ]
            })
        return table.render(style: style, width: width)
    }

    /// `1 of 3 did not come to an end`; what is decided is decided without them.
    private var stopped: String? {
        guard let jobs = view.jobs?.value.items else { return nil }
        let count = jobs.count(where: \.isStopped)
        return count == 0 ? nil : "\(count) of \(jobs.count) did not come to an end, see below"
    }

    private func isShown(_ benchmark: String) -> Bool {
        view.benchmarks.isEmpty || view.benchmarks.contains(benchmark)
    }

    private var comparison: String {
        let rows = view.outcome.judged.filter { isShown($0.benchmark) }
        guard !rows.isEmpty else { return "" }
        let table = ComparisonTable(style: style).table(rows).render(style: style, width: width)
        return table + view.outcome.crept.map { style.paint($0, .bad) + "\n" }.joined()
    }

    private var results: String {
        let found = view.measurements.value.items.filter { isShown($0.benchmark) }
        guard !found.isEmpty else { return "" }
        let table = TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("SIDE"), .init("MEDIAN", .right),
                .init("\(style.plusMinus)CI", .right), .init("N", .right), .init("QUALITY"),
                .init("COUNTED BY"),
            ],
            rows: found.map { item in
                [
                    .init(BenchmarkTitle.text(item.benchmark, item.params)), .init(item.metric),
                    .init(item.role),
                    .init(Readable.value(item.median, unit: item.unit), order: item.median),
                    .init(halfWidth(item)),
                    .init(item.n.map { "\($0)" }, order: item.n.map(Double.init)),
                    .init(quality(item), tone: item.validity == "clean" ? nil : .doubtful),
                    .init(item.provider.map(ReasonText.text)),
                ]
            })
        return table.render(style: style, width: width)
    }

    /// Half of the median's interval, relative to the median.
    private func halfWidth(_ item: Measurement) -> String? {
        guard let low = item.ci?.low, let high = item.ci?.high, let median = item.median,
            median != 0
        else { return nil }
        return Readable.share((high - low) / 2 / median.magnitude)
    }

    private func quality(_ item: Measurement) -> String? {
        var parts = [item.validity].compactMap(\.self)
        if let invalid = item.invalidN, invalid > 0 { parts.append("\(invalid) invalid") }
        if let stop = item.stop, stop != "precise", stop != "fixed" {
            parts.append(ReasonText.text(stop))
        }
        return parts.joined(separator: ", ")
    }

    /// Raw results are many and seldom looked for: they are counted.
    private var artifacts: String {
        let all = view.artifacts?.value.items ?? []
        guard !all.isEmpty else { return "" }
        let shown = all.filter { $0.kind != "raw_output" }
        let table =
            shown.isEmpty ? "" : ArtifactTable(shown).table.render(style: style, width: width)
        let rest = all.count - shown.count
        let command = "fleetmark artifacts \(RunReference.short(run.id))"
        let raw = rest > 0 ? "\(rest) raw result file\(rest == 1 ? "" : "s"); " : ""
        return table + PlainLine.text("\(raw)\(command) lists and fetches files") + "\n"
    }

    private var samples: String {
        view.measurements.value.items.filter { isShown($0.benchmark) }.compactMap { item in
            guard let values = item.samples?.values else { return nil }
            let title = BenchmarkTitle.text(item.benchmark, item.params)
            let head = PlainLine.text("\(title) \(item.metric) \(item.role ?? "")")
            let texts = values.map { Readable.value($0, unit: item.unit) }
            return head + ":\n  " + texts.joined(separator: ", ") + "\n"
        }.joined()
    }

    /// Benchmarks that did not end well.
    private var troubles: String {
        view.cases.value.items.filter { $0.state != "ok" && isShown($0.benchmark) }.map { item in
            style.paint(item.why, Style.tone(of: item.state) ?? .doubtful) + "\n"
        }.joined()
    }

    private var attempts: String {
        let all = view.attempts.value.items
        let jobs = view.jobs?.value.items ?? []
        guard all.count > max(1, jobs.count) || all.contains(where: { $0.failure != nil }) else {
            return ""
        }
        let cells = Dictionary(jobs.map { ($0.id, $0.cellText) }, uniquingKeysWith: { $1 })
        var table = TextTable(
            [
                .init("ATTEMPT", .right), .init("STATE"), .init("HOST"), .init("PHASE"),
                .init("TOOK", .right), .init("WHY"),
            ],
            rows: all.map { attempt in
                [
                    .init(attempt.number.map { "\($0)" }),
                    .init(attempt.state, tone: Style.tone(of: attempt.state)),
                    .init(view.hostName(attempt.hostId)), .init(attempt.phase),
                    .init(Readable.span(from: attempt.createdUs, to: attempt.endedUs)),
                    .init(attempt.failure?.text),
                ]
            })
        if !jobs.isEmpty {
            table.columns.insert(.init("CELL"), at: 1)
            for (row, attempt) in all.enumerated() {
                table.rows[row].insert(.init(attempt.jobId.flatMap { cells[$0] }), at: 1)
            }
        }
        return table.render(style: style, width: width)
    }
}

extension BenchmarkCase {
    /// One line: which benchmark of which side, how it ended, and why.
    var why: String {
        let title = BenchmarkTitle.text(benchmark, params)
        let end = state.map(ReasonText.text) ?? "?"
        let parts = [self.class.map(ReasonText.text), message].compactMap(\.self)
        let reason = parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")
        return PlainLine.text("\(title) (\(role ?? "?")) \(end)\(reason)")
    }
}
