import FleetModel
import Storage

/// Tells the sample history, step by step, from its beginning to now.
struct SampleTeller {
    let fleet: SampleFleet
    let end: ServerTime
    let hosts: [String: HostID]

    private typealias Asked = (request: FleetModel.RequestID, runs: [RunID])

    func tell() async throws -> SampleFortnight {
        let lantern = try await fleet.project(
            "lantern", title: "Columnar query engine", visibility: "public")
        _ = try await fleet.project("quarry", title: nil, visibility: "public")
        let vault = try await fleet.project(
            "vault", title: "Key-value store, before its announcement", visibility: "private")
        var requests: [String: Asked] = [:]
        try await tellTwoWeeks(of: lantern, &requests)
        try await tellSecondHost(of: lantern, &requests)
        try await tellVault(vault, &requests)
        try await tellToday(lantern, vault, &requests)
        try await settleHosts()
        var filter = SeriesStore.Filter()
        filter.metrics = ["time"]
        let series = try await SeriesStore(fleet.database)
            .series(of: lantern.id, filter, after: nil, limit: 1)
        guard let series = series.first?.record.id else { throw StoreFailure.notFound("series") }
        return SampleFortnight(
            lantern: lantern, vault: vault, requests: requests, hosts: hosts, series: series)
    }

    /// Each commit of the main branch by itself, and what became of it.
    private func tellTwoWeeks(
        of project: ProjectStore.Project, _ requests: inout [String: Asked]
    ) async throws {
        for (place, commit) in SampleCommits.main.enumerated() {
            fleet.clock.advance(.seconds(19 * 3600 + Int64(place * 577 % 7000)))
            try await tellCanaries(place)
            var wish = SampleFleet.Wish()
            wish.hostClass = SampleHosts.large
            wish.priority = .main
            wish.ref = "refs/heads/main"
            wish.withoutBase = place == 0
            requests[commit.name] = try await fleet.request(
                of: project, [SampleCommits.revision(place, at: fleet.clock.now)], wish)
            switch commit.fate {
            case .measured:
                try await fleet.measure(SampleCommits.measured(upTo: place))
            case .failed:
                try await fleet.fail(
                    Failure(.jobError, .buildFailed, "make: *** [bench] Error 2", exitStatus: 2),
                    log: SampleCommits.buildLog)
            case .partial:
                var measured = SampleCommits.measured(upTo: place)
                measured.cases = SampleCommits.problems
                try await fleet.measure(measured)
            }
        }
    }

    /// The commit that made grouping slower, on a quicker host of the same class, where it costs
    /// less.
    private func tellSecondHost(
        of project: ProjectStore.Project, _ requests: inout [String: Asked]
    ) async throws {
        guard let place = SampleCommits.main.firstIndex(where: { $0.name == "guilty" }) else {
            return
        }
        fleet.clock.advance(.seconds(1800))
        var wish = SampleFleet.Wish()
        wish.hostClass = SampleHosts.large
        wish.ref = "refs/heads/main"
        wish.reason = "Is it the same on beacon?"
        requests["elsewhere"] = try await fleet.request(
            of: project, [SampleCommits.revision(place, at: fleet.clock.now)], wish)
        var measured = SampleCommits.measured(upTo: place)
        for index in measured.metrics.indices where measured.metrics[index].metric.unit == "s" {
            let isSpared = measured.metrics[index].benchmark.hasPrefix("aggregate")
            measured.metrics[index].base = measured.metrics[index].base.map { $0 * 0.8 }
            measured.metrics[index].head = measured.metrics[index].head.map {
                $0 * (isSpared ? 0.785 : 0.8)
            }
        }
        try await fleet.measure(measured, on: "beacon")
    }

    /// One host's memory was slow on one evening, and nothing came of it.
    private func tellCanaries(_ evening: Int) async throws {
        guard let anvil = hosts["anvil"] else { return }
        let strays = evening == 9 ? "mem-lat" : nil
        _ = try await HostStore(fleet.database).take(
            SampleCanaries.results(evening: evening, strays: strays), of: anvil, attempt: nil)
    }

    private func tellVault(
        _ project: ProjectStore.Project, _ requests: inout [String: Asked]
    ) async throws {
        fleet.clock.advance(.seconds(3 * 3600))
        var wish = SampleFleet.Wish()
        wish.hostClass = SampleHosts.small
        requests["vault"] = try await fleet.request(
            of: project, [SampleCommits.hidden(0, "Write the log in blocks", fleet.clock.now)], wish
        )
        try await fleet.measure(SampleCommits.measured(upTo: 1), on: "dune")
    }

    /// What is being measured, and what waits.
    private func tellToday(
        _ lantern: ProjectStore.Project, _ vault: ProjectStore.Project,
        _ requests: inout [String: Asked]
    ) async throws {
        let left = end - fleet.clock.now - .seconds(900)
        if left > .zero { fleet.clock.advance(left) }
        let now = fleet.clock.now
        var wish = SampleFleet.Wish()
        wish.hostClass = SampleHosts.large
        wish.reason = "Is the new join worth its memory?"
        wish.ref = "refs/pull/4131/head"
        requests["today"] = try await fleet.request(
            of: lantern, (0..<4).map { SampleCommits.branch($0, at: now) }, wish)
        wish.reason = nil
        wish.ref = "refs/heads/main"
        wish.priority = .backfill
        requests["backfill"] = try await fleet.request(
            of: lantern, [SampleCommits.revision(3, at: now)], wish)
        wish.priority = .interactive
        wish.hostClass = SampleHosts.small
        requests["hidden"] = try await fleet.request(
            of: vault, [SampleCommits.hidden(1, "Compact in the background", now)], wish)
        wish.hostClass = "riscv-lab"
        requests["stuck"] = try await fleet.request(
            of: lantern, [SampleCommits.branch(3, at: now)], wish)
        fleet.clock.advance(.seconds(240))
        _ = try await fleet.claim(on: "anvil", done: 22, of: 36)
        _ = try await fleet.claim(on: "dune", done: 5, of: 40)
        fleet.clock.advance(.seconds(120))
        _ = try await fleet.claim(on: "beacon", done: 3, of: 36)
        let rest = end - fleet.clock.now
        if rest > .zero { fleet.clock.advance(rest) }
    }

    private func settleHosts() async throws {
        let store = HostStore(fleet.database)
        for (name, id) in hosts where name != "ember" {
            try await store.touch(id, health: SampleCommits.health(of: name))
        }
        for (name, state, reason) in [
            ("cinder", HostState.draining, "A fan is replaced this afternoon."),
            ("ember", .quarantined, "Its results drift against those of dune."),
        ] {
            guard let id = hosts[name] else { continue }
            _ = try await store.move(
                id, from: [.active], to: state, by: "operator on duty", because: reason)
        }
    }
}
