import ArgumentParser

/// `headline [FROM [TO]]`: how all benchmarks moved together.
struct HeadlineCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "headline",
        abstract: "Says how all benchmarks together moved, over time or between releases.",
        discussion: """
            For each class of hosts the geometric mean of the series' ratios, with an interval of \
            95 %: +2 % of a time is slower by 2 % on the average. FROM and TO are tags, branches \
            or commits; without TO it goes on until now, and without both it is the last 90 \
            days. MISSING are series that began later. Other host platforms count for nothing.

            EXAMPLES
              fleetmark headline
              fleetmark headline tag:v1.2 tag:v1.3
              fleetmark headline v1.2 --metric instructions --movers
              fleetmark headline --since 30d --json
            """)

    @Argument(help: "Where it begins: a tag, branch or commit.") var from: String?
    @Argument(help: "Where it ends; else now.") var to: String?
    @Option(help: "Of which metric.") var metric = "time"
    @Option(
        help: ArgumentHelp(
            "Where it begins, without FROM: a day, a time, or 30d; else 90d.", valueName: "time"))
    var since: String?
    @Option(help: ArgumentHelp("Only this class of hosts; repeatable.", valueName: "class"))
    var hostClass: [String] = []
    @Option(help: "In which of the project's repositories FROM and TO are.")
    var repository: String?
    @Flag(help: "The series that moved most, instead of the index.") var movers = false
    @OptionGroup var shape: TableOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard from == nil || since == nil else {
            throw ValidationError("FROM and --since exclude each other")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let reply = try await session.connected { client in
            try await client.get(
                try session.projectPath("/headline"), try await query(client, session),
                as: Headline.self)
        }
        if session.settings.asJSON {
            try session.answer(.document("headline", reply.tree.members))
            return .done
        }
        let classes = reply.value.hostClasses
        if classes.isEmpty {
            session.note(
                "no series of \(PlainLine.text(reply.value.metric)) was analysed yet; all of "
                    + "them: fleetmark series")
        } else if classes.allSatisfy({ $0.index == nil }) {
            session.note("no series reaches back so far")
        }
        let table = movers ? Self.movers(classes, session.style) : index(classes, session.style)
        try session.answer(try table.shown(shape, in: session))
        return .done
    }

    private func query(_ client: APIClient, _ session: Session) async throws -> [QueryField] {
        var fields = [QueryField("metric", metric)]
        fields += hostClass.map { QueryField("host_class", $0) }
        if let since { fields.append(QueryField("since", since)) }
        for (name, text) in [("from", from), ("to", to)] {
            guard let text else { continue }
            fields.append(QueryField(name, try await Self.revision(text, client, session)))
        }
        if let repository { fields.append(QueryField("repository", repository)) }
        return fields
    }

    /// `tag:NAME` is a tag and nothing else.
    private static func revision(
        _ text: String, _ client: APIClient, _ session: Session
    ) async throws -> String {
        guard text.hasPrefix("tag:"), text.count > 4 else {
            return try await RevisionReference(text).text(client, session)
        }
        return "refs/tags/" + text.dropFirst(4)
    }

    private func index(_ classes: [Headline.HostClass], _ style: Style) -> TextTable {
        TextTable(
            [
                .init("CLASS"), .init("METRIC"), .init("CHANGE", isCut: false),
                .init("WHAT", isCut: false), .init("SERIES", .right), .init("MISSING", .right),
                .init("COURSE", isCut: false),
            ],
            rows: classes.map { entry in
                let ratio = entry.index?.ratio
                let direction = ratio.flatMap(entry.direction)
                return [
                    .init(entry.hostClass), .init(metric),
                    .init(
                        Readable.change(ratio.map { $0 - 1 }, entry.index?.interval, style),
                        order: ratio),
                    .init(style.direction(direction), tone: Style.tone(of: direction)),
                    .init(entry.index?.series.map { "\($0)" }), .init("\(entry.missing ?? 0)"),
                    .init(Self.spark(entry.course ?? [], style)),
                ]
            })
    }

    private static let sparkSteps = 40

    /// The newest steps; a single one is no line.
    private static func spark(_ course: [Headline.Step], _ style: Style) -> String {
        guard course.count > 1 else { return "" }
        return SparkText.line(course.suffix(sparkSteps).map(\.index.ratio), style)
    }

    private static func movers(_ classes: [Headline.HostClass], _ style: Style) -> TextTable {
        TextTable(
            [
                .init("BENCHMARK"), .init("CLASS"), .init("CHANGE", .right),
                .init("WHAT", isCut: false),
            ],
            rows: classes.flatMap { entry in
                (entry.movers ?? []).map { mover in
                    let direction = entry.direction(of: mover.ratio)
                    return [
                        .init(mover.title), .init(entry.hostClass),
                        .init(
                            Readable.change(mover.ratio - 1, nil, style), order: mover.ratio - 1),
                        .init(style.direction(direction), tone: Style.tone(of: direction)),
                    ]
                }
            })
    }
}
