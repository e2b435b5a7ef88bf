import ArgumentParser

/// `run --local`: measures on this machine, without a controller (command line, section 4).
struct RunCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Measures on this machine, without a controller.",
        discussion: """
            The nearest fleetmark.yaml says what is built and measured; the files are taken \
            as they are, committed or not. What this machine cannot measure is listed below \
            the table. `fleetmark trigger` measures on the fleet.

            EXAMPLES
              fleetmark run --local
              fleetmark run --local 'parse*' --repetitions 20
              fleetmark run --local --against main --fail-on regressed
              fleetmark run --local --counters core,cache --save results.json
            """)

    @Argument(help: ArgumentHelp("Only benchmarks of these patterns.", valueName: "benchmark"))
    var benchmarks: [String] = []

    @Flag(help: "On this machine; nothing else is measured by this command.") var local = false
    @OptionGroup var how: LocalRunOptions

    @Option(help: ArgumentHelp("Keep the results as JSON in this file.", valueName: "file"))
    var save: String?

    @Option(
        help: ArgumentHelp(
            "What ends with a status other than 0: regressed, warn, partial, unclear; or never.",
            valueName: "list"))
    var failOn = FailOn.usual
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        guard local else {
            throw CommandFailure.usage(
                "where to measure is not said",
                try: "fleetmark run --local for this machine, fleetmark trigger for the fleet")
        }
        let agent = try LocalAgent.find(session)
        let found = try await agent.measure(
            benchmarks.flatMap { ["--benchmark", $0] } + how.arguments(session), session)
        if let save { try keep(found.text, at: save, session) }
        if session.settings.asJSON {
            try session.answer(found.text)
        } else {
            try session.answer(LocalReport(found.document, session: session).text)
        }
        return found.status(failOn)
    }

    private func keep(_ text: String, at path: String, _ session: Session) throws {
        let file = try FileSink(creating: session.path(path))
        try file.write(text)
        try file.close()
        session.note("results: \(path)")
    }
}

/// How a measurement on this machine is made; handed to the agent's program as it is.
struct LocalRunOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Measure a commit instead of the files as they are."))
    var rev: String?

    @Option(
        help: ArgumentHelp("Measure this too, interleaved, and say what changed.", valueName: "rev")
    )
    var against: String?

    @Option(help: ArgumentHelp("How often to repeat: N or MIN..MAX.", valueName: "count"))
    var repetitions: RepetitionsArgument?

    @Option(help: ArgumentHelp("Stop when the median is known to this share, such as 1%."))
    var target: String?

    @Option(help: "Only benchmarks with this tag; repeatable.") var tag: [String] = []
    @Option(help: ArgumentHelp("Only matrix cells with this value; repeatable.", valueName: "K=V"))
    var matrix: [AxisArgument] = []

    @Flag(help: "Profile each benchmark afterwards, into fleetmark-artifacts.")
    var profile = false

    @Option(help: ArgumentHelp("Counter sets or events, with commas; or none.", valueName: "set"))
    var counters: String?

    @Option(help: "Whole cores for each execution.") var cpus: Int?
    @Option(help: "full, partial or none: none shows programs all of this machine.")
    var isolation: String?

    @Option(
        help: ArgumentHelp(
            "Show programs this folder too, such as a toolchain; repeatable.", valueName: "folder"))
    var readable: [String] = []

    @Flag(help: "Build nothing: take the files as they are, the ignored ones too.")
    var noBuild = false

    /// As the agent's program takes them.
    func arguments(_ session: Session) -> [String] {
        let values: [(String, String?)] = [
            ("--rev", rev), ("--against", against), ("--repetitions", repetitions?.text),
            ("--target", target), ("--counters", counters), ("--cpus", cpus.map { "\($0)" }),
            ("--isolation", isolation),
        ]
        var words: [String] = []
        for case (let name, let value?) in values { words += [name, value] }
        for tag in tag { words += ["--tag", tag] }
        for cell in matrix { words += ["--matrix", cell.text] }
        for folder in readable { words += ["--readable", session.path(folder)] }
        if profile {
            words += ["--profile", "--artifacts", session.path("fleetmark-artifacts")]
        }
        if noBuild { words.append("--no-build") }
        return words
    }
}

extension RepetitionsArgument {
    fileprivate var text: String {
        minimum == maximum ? "\(minimum)" : "\(minimum)..\(maximum)"
    }
}
