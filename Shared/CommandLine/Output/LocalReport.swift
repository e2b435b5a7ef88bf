/// What was measured on this machine, for people.
struct LocalReport {
    private let document: LocalResults
    private let style: Style
    private let width: Int?
    private static let messageLines = 20

    init(_ document: LocalResults, session: Session) {
        self.document = document
        style = session.style
        width = session.surroundings.terminal.width
    }

    var text: String {
        [results, comparison, problems, limits, artifacts].filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private var results: String {
        guard !document.results.isEmpty else { return "" }
        let table = TextTable(
            [
                .init("BENCHMARK"), .init("METRIC"), .init("MEDIAN", .right),
                .init("\(style.plusMinus)CI", .right), .init("N", .right), .init("QUALITY"),
            ],
            rows: document.results.map { item in
                [
                    .init(BenchmarkTitle.text(item.name, item.params)), .init(item.metric),
                    .init(Readable.value(item.value, unit: item.unit), order: item.value),
                    .init(halfWidth(item)), .init("\(item.samples?.count ?? 0)"),
                    .init(quality(item), tone: item.validity == "clean" ? nil : .doubtful),
                ]
            })
        return table.render(style: style, width: width)
    }

    /// Half of the median's interval, relative to the median.
    private func halfWidth(_ item: LocalResults.Result) -> String? {
        guard let low = item.ci?.low, let high = item.ci?.high, let median = item.value,
            median != 0
        else { return nil }
        return Readable.share((high - low) / 2 / median.magnitude)
    }

    private func quality(_ item: LocalResults.Result) -> String {
        let reason = item.reasons?.first.map { ": " + ReasonText.text($0) } ?? ""
        var parts = [item.validity.map { $0 == "clean" ? $0 : $0 + reason }].compactMap(\.self)
        if let invalid = item.invalidN, invalid > 0 { parts.append("\(invalid) invalid") }
        if let stop = item.stop, stop != "precise", stop != "fixed" {
            parts.append(ReasonText.text(stop))
        }
        if let counter = item.counter, counter != "exact" { parts.append(ReasonText.text(counter)) }
        if item.provider == "simulated" { parts.append("simulated") }
        return parts.joined(separator: ", ")
    }

    /// Rows that are judged; where nothing is, all that were compared.
    private var comparison: String {
        guard let compared = document.comparison, let base = document.base else { return "" }
        let judged = compared.rows.filter(\.isWatched)
        let title = "\(document.candidate.label) against \(base.label):"
        guard !compared.rows.isEmpty else { return "\(title) nothing to compare\n" }
        let table = ComparisonTable(style: style).table(judged.isEmpty ? compared.rows : judged)
        let head = style.paint(PlainLine.text(title), Style.tone(of: compared.direction))
        return head + "\n" + table.render(style: style, width: width)
    }

    /// Of single benchmarks; why the whole ended the agent's program has said.
    private var problems: String {
        document.errors.compactMap { problem in
            guard let name = problem.name else { return nil }
            let role = problem.role == "base" ? " of the base" : ""
            let head = "\(name)\(role) failed: \(ReasonText.text(problem.class))"
            let lines = (problem.message ?? "").split(separator: "\n").prefix(Self.messageLines)
            return style.paint(PlainLine.text(head), .bad) + "\n"
                + lines.map { "  " + PlainLine.text(String($0)) + "\n" }.joined()
        }.joined()
    }

    private var limits: String {
        guard !document.receipt.limits.isEmpty else { return "" }
        let lines = document.receipt.limits.map { limit in
            let advice =
                (limit.advice ?? "").isEmpty
                ? "" : "\n    try: " + PlainLine.text(limit.advice ?? "")
            return "  " + PlainLine.text(limit.message) + advice + "\n"
        }
        return style.paint("not measured, or less well, on this machine:", .doubtful) + "\n"
            + lines.joined()
    }

    private var artifacts: String {
        (document.artifacts ?? []).map { "profile: " + PlainLine.text($0) + "\n" }.joined()
    }
}
