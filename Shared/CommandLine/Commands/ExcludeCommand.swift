import ArgumentParser

/// `exclude RUN`: takes results out of their series.
struct ExcludeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "exclude",
        abstract: "Takes results of runs out of their series, such as those of a broken host.",
        discussion: """
            They stay stored and are shown with their run; series, levels, noise and baselines \
            are made without them. What was decided about the run stays.

            EXAMPLES
              fleetmark exclude 8c1f2a90 --reason 'the fan had failed'
              fleetmark exclude 8c1f2a90 --benchmark parse --reason 'wrong input file'
            """)

    @Argument(help: "Runs, by id, last digits or page address.") var run: [String]
    @OptionGroup var what: ExclusionOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await what.change(run, to: "exclude", session)
    }
}

/// `include RUN`: puts results back into their series.
struct IncludeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "include",
        abstract: "Puts results of runs back into their series.",
        discussion: """
            EXAMPLES
              fleetmark include 8c1f2a90 --reason 'it was the right input file'
              fleetmark include 8c1f2a90 --benchmark parse --reason 'not concerned'
            """)

    @Argument(help: "Runs, by id, last digits or page address.") var run: [String]
    @OptionGroup var what: ExclusionOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        try await what.change(run, to: "include", session)
    }
}

struct ExclusionOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only this benchmark; repeatable.", valueName: "name"))
    var benchmark: [String] = []
    @Option(help: ArgumentHelp("Why; shown with the run and its series.", valueName: "text"))
    var reason: String

    func change(
        _ runs: [String], to verb: String, _ session: Session
    ) async throws -> CommandStatus {
        let references = try runs.map { text throws(CommandFailure) in try RunReference(text) }
        let changed = try await session.connected { client in
            var changed: [Reply<Run>] = []
            for reference in references {
                let id = try await reference.resolve(client, session)
                changed.append(try await client.post("/runs/\(id)/\(verb)", body, as: Run.self))
            }
            return changed
        }
        if session.settings.asJSON {
            try session.answer(.document(verb, ["runs": .array(changed.map(\.tree))]))
            return .done
        }
        for run in changed.map(\.value) {
            let rest = run.exclusion.map { "without \($0)" } ?? "all of it is in its series"
            try session.answer(PlainLine.text("\(RunReference.short(run.id)): \(rest)") + "\n")
        }
        return .done
    }

    private var body: JSONTree {
        .members([
            "benchmarks": benchmark.isEmpty ? nil : .array(benchmark.map { .string($0) }),
            "reason": .string(reason),
        ])
    }
}
