import ArgumentParser
import FleetModel

/// `deps RUN`: the versions that a run was measured with.
struct DepsCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "deps",
        abstract: "Says which dependencies of a run changed, and what it was measured with.",
        discussion: """
            The versions come from the lockfiles of the commit, read after its build. Without \
            --all only those are shown that are not as in the run's base, or in RUN2. Where the \
            cells of a matrix were not measured with the same, CELLS says which are meant.

            EXAMPLES
              fleetmark deps @last
              fleetmark deps 8c1f2a90 --against 77aa0142
              fleetmark deps @last --all --ecosystem cargo
              fleetmark deps @last --all --json
            """)

    @Argument(help: "A run's id, last digits or page address, or @last.") var run: String
    @Option(help: ArgumentHelp("The run to compare with; else the base.", valueName: "run2"))
    var against: String?
    @Flag(help: "Every version.") var all = false
    @Option(help: "Only this ecosystem: cargo, golang, npm, pypi, …; repeatable.")
    var ecosystem: [String] = []
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard !all || against == nil else {
            throw ValidationError("--all and --against exclude each other")
        }
    }

    func run(in session: Session) async throws -> CommandStatus {
        let reference = try RunReference(run)
        let other = try against.map { text throws(CommandFailure) in try RunReference(text) }
        let found = try await session.connected { client in
            let id = try await reference.resolve(client, session)
            var query: [QueryField] = []
            if !all {
                let base = try await other?.resolve(client, session) ?? "base"
                query.append(QueryField("diff", base))
            }
            return try await client.get(
                "/runs/\(id)/dependencies", query, as: ReplyPage<Dependency>.self)
        }
        let pairs = zip(found.value.items, found.tree["items"]?.items ?? [])
            .filter { ecosystem.isEmpty || ecosystem.contains($0.0.ecosystem) }
        if session.settings.asJSON {
            try session.answer(.document("deps", ["items": .array(pairs.map(\.1))]))
            return .done
        }
        let items = pairs.map(\.0)
        if items.isEmpty {
            session.note(
                all
                    ? "no lockfile was found in this run"
                    : "no dependency changed; all of them: fleetmark deps \(run) --all")
        } else {
            try session.answer(
                table(items).render(
                    style: session.style, width: session.surroundings.terminal.width))
        }
        return .done
    }

    private func table(_ items: [Dependency]) -> TextTable {
        let columns: [TextTable.Column] =
            all ? [.init("VERSION", isCut: false)] : [.init("FROM"), .init("TO")]
        // Only where the cells of the matrix were not all measured with the same.
        let hasCells = items.contains { $0.cells != nil }
        return TextTable(
            [.init("DEPENDENCY", isCut: false), .init("ECOSYSTEM")] + columns
                + [.init("DIRECT"), .init("LOCKFILE")] + (hasCells ? [.init("CELLS")] : []),
            rows: items.map { item in
                let versions: [TextTable.Cell] =
                    all
                    ? [.init(item.version)]
                    : [.init(item.oldVersion ?? "-"), .init(item.newVersion ?? "-")]
                return [.init(item.name), .init(item.ecosystem)] + versions + [
                    .init(item.direct ? "yes" : ""), .init(item.lockfile),
                ] + (hasCells ? [.init(item.cellsText)] : [])
            })
    }
}

extension Dependency {
    /// `opt=O2; opt=O3`.
    fileprivate var cellsText: String {
        cells?.map { Parameters($0).text }.joined(separator: "; ") ?? "all"
    }
}
