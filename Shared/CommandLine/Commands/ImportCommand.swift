import ArgumentParser
import FoundationEssentials

/// `import toujou`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes projects over from another system.",
        subcommands: [ImportToujouCommand.self])
}

/// `import toujou FILE`.
struct ImportToujouCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "toujou",
        abstract:
            "Turns a Toujou runner's JSON configuration into projects and fleetmark.yaml.",
        discussion: """
            Writes NAME/fleetmark.yaml for each project; who is signed in registers the projects
            too. Keys are recognised by their usual names, and what is not understood is listed by
            its place. Results that Toujou stored in PostgreSQL are not imported.

            EXAMPLES
              fleetmark import toujou runner.json --dry-run
              fleetmark import toujou runner.json --output imported
              fleetmark import toujou runner.json --no-register --json
            """)

    @Argument(help: "The runner's configuration; - is standard input.") var file: String
    @Option(
        help: ArgumentHelp("Where the folders of the projects are made.", valueName: "dir"))
    var output: String = "."
    @Flag(help: "Write and register nothing; print what would be.") var dryRun = false
    @Flag(help: "Replace files that are there and differ.") var force = false
    @Flag(help: "Only write files.") var noRegister = false
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let imported = try ToujouImport(try bytes(session), fileName: file)
        let name = file == "-" ? "a Toujou configuration" : Self.lastPart(file)
        var outcomes = imported.projects.map { project in
            ImportOutcome(
                project, ImportedProjectFile(source: PlainLine.text(name), project: project),
                below: output)
        }
        for index in outcomes.indices {
            try outcomes[index].write(in: session, isDry: dryRun, replaces: force)
        }
        await register(&outcomes, session)
        let report = ImportReport(outcomes: outcomes, gaps: imported.gaps, isDry: dryRun)
        try session.answer(session.settings.asJSON ? report.json.text + "\n" : report.text)
        return report.status
    }

    private func bytes(_ session: Session) throws -> [UInt8] {
        file == "-"
            ? try session.surroundings.readInput(ToujouImport.sizeLimit)
            : try TextFile.bytes(session.path(file), limitBytes: ToujouImport.sizeLimit)
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Only for who is signed in; a failure is told with its project.
    private func register(_ outcomes: inout [ImportOutcome], _ session: Session) async {
        let mayRegister = !noRegister && session.settings.canSignIn
        for index in outcomes.indices {
            guard let registration = outcomes[index].registration else {
                outcomes[index].registered = .noAddress
                continue
            }
            guard mayRegister else { continue }
            guard !dryRun else {
                outcomes[index].registered = .planned
                continue
            }
            do {
                let isNew = try await session.connected { client in
                    try await registration.postUnlessKnown(client)
                }
                outcomes[index].registered = isNew ? .new : .known
            } catch let failure as CommandFailure {
                outcomes[index].registered = .failed(failure)
            } catch {
                outcomes[index].registered = .failed(
                    CommandFailure(.failed, "unexpected", "\(error)"))
            }
        }
    }
}
