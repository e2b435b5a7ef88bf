import ArgumentParser
import FleetModel

/// `runs`: what was measured and what is going on.
struct RunsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Lists a project's runs, newest first.",
        discussion: """
            EXAMPLES
              fleetmark runs
              fleetmark runs --state failed --limit 10
              fleetmark runs --commit 1f3a9bc --json
            """)

    @Option(help: ArgumentHelp("Runs of this commit.", valueName: "rev")) var commit: String?
    @Option(help: "waiting, queued, running, succeeded, partial, failed, cancelled, …")
    var state: String?
    @Option(help: "pass, warn, fail or skip.") var decision: String?
    @Option(help: ArgumentHelp("Runs of this host class.", valueName: "class"))
    var hostClass: String?
    @Option(help: ArgumentHelp("Runs with this label; repeatable.", valueName: "K=V"))
    var label: [AxisArgument] = []
    @OptionGroup var list: ListOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func run(in session: Session) async throws -> CommandStatus {
        let path = try session.projectPath("/runs")
        let found = try await session.connected { client in
            var filters: [QueryField] = []
            if let commit {
                let hash = try await RevisionReference(commit).text(client, session)
                filters.append(QueryField("commit", hash))
            }
            for (name, value) in [
                ("state", state), ("decision", decision), ("host_class", hostClass),
            ] {
                if let value { filters.append(QueryField(name, value)) }
            }
            filters += label.map { QueryField("label." + $0.pair.name, $0.pair.value) }
            return try await ListReader(options: list).read(
                client, path, filters, as: Run.self)
        }
        if session.settings.asJSON {
            try session.answer(found.document("runs"))
            return .done
        }
        if found.items.isEmpty {
            session.note("no such runs; try: fleetmark trigger --commit HEAD --wait")
        }
        try session.answer(
            try RunTable(session).table(found.items).shown(list.shape, in: session))
        if let next = found.next { session.note("more: --cursor \(next), or --all") }
        return .done
    }
}
