import ArgumentParser

/// `series`: what was measured over the commits.
struct SeriesCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Shows how benchmarks moved over the commits, and where their level changed.",
        discussion: """
            One row for each benchmark, metric and host: its history as a small line, the newest \
            value, where it is heading, how much its runs differ without any change (NOISE), and \
            the smallest change that five runs a side show (SEES).

            EXAMPLES
              fleetmark series
              fleetmark series parse time --host bench-01
              fleetmark series parse --points --from v1.2
              fleetmark series parse time --change-points --algorithm otava --option max_p=0.01
            """)

    @Argument(help: "A benchmark's name.") var benchmark: String?
    @Argument(help: "A metric, such as time.") var metric: String?
    @OptionGroup var filter: SeriesFilter
    @Flag(help: "Each run: commit, value, interval, quality.") var points = false
    @Flag(help: "Where the level changed.") var changePoints = false
    @OptionGroup var trial: SeriesTrial
    @OptionGroup var list: ListOptions
    @OptionGroup(title: CommonOptions.title) var common: CommonOptions

    func validate() throws {
        guard changePoints || !trial.isAsked else {
            throw ValidationError("--algorithm and --option go with --change-points")
        }
        guard !(points && changePoints) else {
            throw ValidationError("--points and --change-points exclude each other")
        }
    }

    /// Points of which a small line is drawn.
    static let sparkPoints = 40
    static let mostPoints = 20_000

    func run(in session: Session) async throws -> CommandStatus {
        try await session.connected { client in
            let fields = try await filter.series(benchmark: benchmark, metric: metric, client)
            let found = try await ListReader(options: list).read(
                client, try session.projectPath("/series"), fields, as: Series.self)
            if found.items.isEmpty {
                session.note(
                    benchmark == nil
                        ? "nothing was measured yet; try: fleetmark trigger --commit HEAD --wait"
                        : "no such series; all of them: fleetmark series")
            }
            if changePoints {
                try await showChangePoints(found, client, session)
            } else {
                try await show(found, client, session)
            }
            if let next = found.next { session.note("more: --cursor \(next), or --all") }
            return .done
        }
    }

    private func show(
        _ found: ListedItems<Series>, _ client: APIClient, _ session: Session
    ) async throws {
        let query =
            try await filter.points(client, session) + [
                QueryField("max_points", "\(points ? Self.mostPoints : Self.sparkPoints)")
            ]
        var histories: [Reply<SeriesPoints>] = []
        for series in found.items {
            histories.append(
                try await client.get("/series/\(series.id)/points", query, as: SeriesPoints.self))
        }
        if session.settings.asJSON {
            var all = found
            all.trees = zip(found.trees, histories).map { tree, history in
                var members = tree.members
                members["history"] = history.tree
                return .object(members)
            }
            return try session.answer(all.document("series"))
        }
        let table = SeriesTable(session)
        let pairs = Array(zip(found.items, histories.map(\.value)))
        try session.answer(
            try (points ? table.points(pairs) : table.overview(pairs)).shown(
                list.shape, in: session))
        if histories.contains(where: { $0.value.hasOlder == true }) {
            session.note("a series has more than \(Self.mostPoints) runs; these are the newest")
        }
    }

    private func showChangePoints(
        _ found: ListedItems<Series>, _ client: APIClient, _ session: Session
    ) async throws {
        let all =
            trial.isAsked
            ? try await tried(found, client) : try await stored(found, client, session)
        if session.settings.asJSON { return try session.answer(all.document("change-points")) }
        if all.items.isEmpty, !found.items.isEmpty { session.note("no level changed") }
        try session.answer(
            try SeriesTable(session).changes(all.items).shown(list.shape, in: session))
    }

    private func tried(
        _ found: ListedItems<Series>, _ client: APIClient
    ) async throws -> ListedItems<ChangePoint> {
        var all = ListedItems<ChangePoint>(next: found.next)
        for (series, tree) in zip(found.items, found.trees) {
            let part = try await trial.changePoints(of: series, tree, client)
            all.items += part.items
            all.trees += part.trees
        }
        return all
    }

    private func stored(
        _ found: ListedItems<Series>, _ client: APIClient, _ session: Session
    ) async throws -> ListedItems<ChangePoint> {
        var all = ListedItems<ChangePoint>(next: found.next)
        let path = try session.projectPath("/change-points")
        // The list takes a handful of series at a time, so that its address stays short.
        var rest = found.items[...]
        while !rest.isEmpty {
            let some = rest.prefix(20)
            rest = rest.dropFirst(some.count)
            let part = try await ListReader(limit: 200, all: true).read(
                client, path, some.map { QueryField("series_id", $0.id) }, as: ChangePoint.self)
            all.items += part.items
            all.trees += part.trees
        }
        return all
    }
}
