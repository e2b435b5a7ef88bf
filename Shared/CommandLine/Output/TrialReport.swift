/// What one execution of each benchmark gave, for people: `check --run`.
struct TrialReport {
    private let document: LocalResults
    private let style: Style
    private let width: Int?

    init(_ document: LocalResults, session: Session) {
        self.document = document
        style = session.style
        width = session.surroundings.terminal.width
    }

    var text: String {
        let builds = document.build.filter { $0.phase == "build" }
        let built = builds.map { step in
            PlainLine.text("built in \(Readable.span(.nanoseconds(step.elapsedNs)))") + "\n"
        }.joined()
        let table = TextTable(
            [
                .init("BENCHMARK"), .init("STATE"), .init("READ"), .init("METRICS"),
                .init("TOOK", .right),
            ],
            rows: document.benchmarks.map { entry in
                [
                    .init(entry.name), .init(entry.state, tone: Style.tone(of: entry.state)),
                    .init(read(entry)), .init(entry.metrics.joined(separator: ", ")),
                    .init(Readable.span(.nanoseconds(entry.elapsedNs)), order: nil),
                ]
            })
        let shown = document.benchmarks.isEmpty ? "" : table.render(style: style, width: width)
        let failures = document.benchmarks.compactMap { entry in
            entry.message.map { message in
                style.paint(PlainLine.text("\(entry.name) failed:"), .bad) + "\n"
                    + message.split(separator: "\n").prefix(20)
                    .map { "  " + PlainLine.text(String($0)) + "\n" }.joined()
            }
        }.joined()
        return built + shown + failures
    }

    private func read(_ entry: LocalResults.Entry) -> String {
        if entry.format == "command" { return "the command itself" }
        let count = "\(entry.results) result\(entry.results == 1 ? "" : "s")"
        return "\(count) from \(entry.format)"
    }
}
