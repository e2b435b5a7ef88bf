import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// `/hosts/ID`: what a host is, what happened on it, what it measured.
struct HostPage: DashboardPage {
    let stores: DashboardStores
    let desk: DashboardDesk

    let pattern: RouterPath = "/hosts/:host"

    private static let attemptsShown = 20
    private static let eventsRead = 30
    private static let canariesRead = 600

    func content(for call: PageCall) async throws -> PageContent {
        try call.context.require(anywhere: .read)
        let id: HostID = try call.context.pathIdentifier("host")
        guard let host = try await stores.hosts.host(id) else { throw Viewer.nothing }
        let facts = try await facts(of: host, for: call.viewer)
        return PageContent(
            .host, title: PageTitle(host.name),
            crumbs: [Crumb("Hosts", .hosts), Crumb(host.name)], refresh: .seconds(30),
            scripts: [.renew], section: .hosts, model: HostModel(facts, viewer: call.viewer))
    }

    private func facts(of host: HostRecord, for viewer: Viewer) async throws -> HostModel.Facts {
        let attempts = try await stores.hosts.attempts(on: host.id, limit: Self.attemptsShown)
        let runs = try await stores.runs.runs(attempts.map(\.run))
        let now = desk.now()
        return HostModel.Facts(
            host: host, attempts: attempts,
            starts: try await stores.hosts.starts(of: host.id, limit: Self.eventsRead),
            moves: viewer.operates
                ? try await stores.hosts.moves(of: host.id, limit: Self.eventsRead) : [],
            certificates: viewer.operates
                ? try await desk.certificates.certificates(
                    of: host.id, after: nil, limit: Self.eventsRead) : [],
            canaries: try await stores.hosts.canaries(of: host.id, limit: Self.canariesRead),
            all: try await stores.hosts.hosts(),
            fleet: HostsModel.Facts(
                hosts: [host], live: attempts.filter(\.isLive), runs: runs,
                seen: try await viewer.projects(of: Array(runs.values), in: stores.projects),
                revisions: try await stores.revisions.revisions(of: Array(runs.values)),
                sessionFacts: try await stores.hosts.newestFacts(),
                busy: try await stores.hosts.busyTimes(since: HostsModel.window(before: now)),
                certificates: [:],
                clock: HostClock(now: now, unreachable: desk.unreachable)))
    }
}
