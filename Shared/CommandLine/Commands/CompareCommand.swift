import ArgumentParser

/// `compare A [B]` (command line, sections 5 and 5.1).
struct CompareCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says what changed between two measured sides.",
        discussion: """
            A side is a run, a revision, a branch or tag:NAME. Without B it is HEAD; without A \
            too, HEAD is compared with its own base. What one attempt measured in turns is \
            compared pair by pair; two attempts are judged by how much their series varies from \
            run to run. P is adjusted for all comparisons that were made together. Values of two \
            hosts are never compared: with a host for each side it is the ratios that each \
            measured in turns with one and the same base, and a warning at most.

            EXAMPLES
              fleetmark compare main HEAD
              fleetmark compare 8c1f2a90 77aa0142 --only all --sort effect
              fleetmark compare main HEAD --format junit --output perf.xml
              fleetmark compare v1.3.0 v1.3.0 --base-host bench1 --candidate-host bench2
            """)

    enum Selection: String, ExpressibleByArgument, CaseIterable, Sendable {
        case changed, regressed, all
    }

    enum Order: String, ExpressibleByArgument, CaseIterable, Sendable {
        case effect, significance, name
    }

    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case table, markdown, json, junit
    }

    enum Test: String, ExpressibleByArgument, CaseIterable, Sendable {
        case auto, t, permutation
        case mannWhitney = "mann_whitney"
    }

    @Argument(help: "The base: a run or a revision.") var base: String?
    @Argument(help: "The candidate: a run or a revision; else HEAD.") var candidate: String?
    @Option(help: "table, markdown, json or junit.") var format: Format?
    @Option(help: ArgumentHelp("Only benchmarks of this pattern; repeatable.", valueName: "glob"))
    var benchmark: [String] = []
    @Option(help: "Only this metric; repeatable.") var metric: [String] = []
    @Option(help: "Rows of table and markdown: changed, regressed or all.")
    var only = Selection.changed
    @Option(name: .customLong("sort"), help: "effect, significance or name.")
    var order = Order.effect
    @Option(help: ArgumentHelp("Only what this host measured, on both sides.", valueName: "name"))
    var host: String?
    @Option(help: ArgumentHelp("The base as this host measured it.", valueName: "name"))
    var baseHost: String?
    @Option(help: ArgumentHelp("The candidate as this host measured it.", valueName: "name"))
    var candidateHost: String?
    @Flag(help: "Runs of two hosts, by the ratios of the pairs that each measured.")
    var acrossHosts = false
    @Option(help: ArgumentHelp("Judge by this policy instead of the project's.", valueName: "file"))
    var policy: String?
    @Option(help: "auto, mann_whitney, t or permutation.") var test: Test?
    @Option(help: "Of the intervals, between 0 and 1; else 0.95.") var level: Double?
    @Option(help: "For what is drawn by chance; else of the two runs.") var seed: UInt64?
    @Option(help: ArgumentHelp("Where to write; - is standard output.", valueName: "file"))
    var output = "-"
    @Option(
        help: ArgumentHelp(
            "What ends with a status other than 0: regressed, warn, unclear; or never.",
            valueName: "list"))
    var failOn = FailOn.usual
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        if let level, !(level > 0 && level < 1) {
            throw ValidationError("--level lies between 0 and 1, as in --level 0.99")
        }
        guard host == nil || baseHost == nil && candidateHost == nil else {
            throw ValidationError("--host is both sides' host: leave out the other two")
        }
        guard base != nil || baseHost == nil && candidateHost == nil else {
            throw ValidationError("--base-host and --candidate-host go with a base: compare A [B]")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let wish = ComparisonRequest.Wish(
            baseHost: baseHost ?? host, candidateHost: candidateHost ?? host,
            policy: try policy.map { try PolicyFile.read($0, session) },
            test: test?.rawValue, level: level, seed: seed,
            acrossHosts: acrossHosts || areApart)
        let made = try await session.connected { client in
            try await ComparisonRequest(client: client, session: session, wish: wish)
                .compare(base: base, candidate: candidate)
        }
        let rows = zip(made.rows, made.rowTrees).filter { isWanted($0.0) }
            .sorted { order.precedes($0.0, $1.0) }
        let report = ComparisonReport(
            sides: made, rows: rows.map(\.0), rowTrees: rows.map(\.1),
            shown: rows.map(\.0).filter(isShown), session: session)
        let text =
            switch format ?? (session.settings.asJSON ? .json : .table) {
            case .table: report.table(isTerminal: output == "-")
            case .markdown: report.markdown
            case .json: report.json
            case .junit: report.junit
            }
        if output == "-" {
            try session.answer(text)
        } else {
            let file = try FileSink(creating: session.path(output))
            try file.write(text)
            try file.close()
            session.note("wrote \(output)")
        }
        return CommandStatus.resolve(failOn.status(FailOn.Finding.found(in: rows.map(\.0))))
    }

    /// Who names two hosts can mean nothing but ratios.
    private var areApart: Bool {
        baseHost != nil && candidateHost != nil && baseHost != candidateHost
    }

    private func isWanted(_ row: ComparisonRow) -> Bool {
        (benchmark.isEmpty || benchmark.contains { NamePattern($0).matches(row.benchmark) })
            && (metric.isEmpty || metric.contains(row.metric))
    }

    private func isShown(_ row: ComparisonRow) -> Bool {
        switch only {
        case .all: true
        case .regressed: row.isWatched && row.direction == "regressed"
        case .changed: row.isWatched && row.direction != "unchanged"
        }
    }
}

extension CompareCommand.Order {
    func precedes(_ lhs: ComparisonRow, _ rhs: ComparisonRow) -> Bool {
        func effect(_ row: ComparisonRow) -> Double { row.shiftRel?.magnitude ?? -1 }
        func probability(_ row: ComparisonRow) -> Double { row.pAdjusted ?? row.p ?? 2 }
        let isByName = (lhs.title, lhs.metric) < (rhs.title, rhs.metric)
        switch self {
        case .name: return isByName
        case .effect:
            return effect(lhs) == effect(rhs) ? isByName : effect(lhs) > effect(rhs)
        case .significance:
            return probability(lhs) == probability(rhs)
                ? isByName : probability(lhs) < probability(rhs)
        }
    }
}

/// `*` stands for any characters, `?` for one.
struct NamePattern: Sendable {
    private let pattern: [Character]

    init(_ text: String) {
        pattern = Array(text)
    }

    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var place = 0
        var mark = 0
        var star: (pattern: Int, text: Int)?
        while mark < text.count {
            if place < pattern.count, pattern[place] == "*" {
                star = (place, mark)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[mark] {
                place += 1
                mark += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                place = last.pattern + 1
                mark = last.text + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
