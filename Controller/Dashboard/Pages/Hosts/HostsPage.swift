import FleetModel
import Hummingbird
import Identity
import Storage
import WebSupport

/// `/hosts`: the fleet, by need of attention.
struct HostsPage: DashboardPage {
    let stores: DashboardStores
    let desk: DashboardDesk

    let pattern: RouterPath = "/hosts"

    func content(for call: PageCall) async throws -> PageContent {
        try call.context.require(anywhere: .read)
        let now = desk.now()
        let hosts = try await stores.hosts.hosts()
        let live = try await stores.hosts.liveAttempts()
        let runs = try await stores.runs.runs(live.map(\.run))
        let facts = HostsModel.Facts(
            hosts: hosts, live: live, runs: runs,
            seen: try await call.viewer.projects(of: Array(runs.values), in: stores.projects),
            revisions: try await stores.revisions.revisions(of: Array(runs.values)),
            sessionFacts: try await stores.hosts.newestFacts(),
            busy: try await stores.hosts.busyTimes(since: HostsModel.window(before: now)),
            certificates: call.viewer.operates ? try await certificates(of: hosts) : [:],
            clock: HostClock(now: now, unreachable: desk.unreachable))
        return PageContent(
            .hosts, title: PageTitle("Hosts"), crumbs: [Crumb("Hosts")], refresh: .seconds(30),
            scripts: [.renew], section: .hosts, model: HostsModel(facts, viewer: call.viewer))
    }

    /// The one that is valid longest, of each host.
    private func certificates(
        of hosts: [HostRecord]
    ) async throws -> [HostID: CertificateRecord] {
        var found: [HostID: CertificateRecord] = [:]
        for host in hosts {
            found[host.id] =
                try await desk.certificates.certificates(of: host.id, after: nil, limit: 5)
                .filter { $0.revokedAt == nil }.max { $0.validUntil < $1.validUntil }
        }
        return found
    }
}

extension Viewer {
    /// The projects of these runs that the reader may see.
    func projects(
        of runs: [RunRecord], in store: ProjectStore
    ) async throws -> [ProjectID: ProjectStore.Project] {
        var found: [ProjectID: ProjectStore.Project] = [:]
        for id in Set(runs.map(\.project)) {
            guard let project = try await store.project(id.text), sees(project) else { continue }
            found[id] = project
        }
        return found
    }
}

/// `POST /hosts/:host/approve`, `drain` and `resume`: as the API's calls of the same names.
struct HostOrderAction: PageAction {
    let order: HostOrder
    let hosts: HostStore

    var pattern: RouterPath { RouterPath("/hosts/:host/\(order.rawValue)") }

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let key = try call.context.require(.operate)
        let id: HostID = try call.context.pathIdentifier("host")
        let reason = order == .drain ? try call.reason() : nil
        do {
            let host = try await hosts.carryOut(
                order, on: id, by: key.name, because: reason, auditedAs: key.id)
            return .seeOther(PagePath.host(host.id).text, cookie: nil)
        } catch StoreFailure.hostNotClaimable(let state) {
            throw APIError(.stateConflict, order.refusal(in: state))
        }
    }
}

/// `POST /hosts/:host/canary`: as the API's call of the same name.
struct CanaryAction: PageAction {
    let hosts: HostStore

    let pattern: RouterPath = "/hosts/:host/canary"

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let key = try call.context.require(.operate)
        let id: HostID = try call.context.pathIdentifier("host")
        do {
            _ = try await hosts.askForCanaries(id, auditedAs: key.id)
        } catch StoreFailure.hostNotClaimable(let state) {
            throw APIError(
                .stateConflict, "The host is \(state.rawValue); it has no agent to run canaries.")
        }
        return .seeOther(PagePath.host(id).text, cookie: nil)
    }
}

/// `POST /certificates/:serial/revoke`: as the API's call of the same name.
struct RevokeAction: PageAction {
    let desk: DashboardDesk

    let pattern: RouterPath = "/certificates/:serial/revoke"

    func perform(_ call: FormCall) async throws -> ActionOutcome {
        let key = try call.context.require(.operate)
        let serial = try call.context.pathText("serial").lowercased()
        let record = try await desk.certificates.revoke(
            serial: serial, reason: try call.reason(), auditedAs: key.id)
        return .seeOther(PagePath.host(record.host).text, cookie: nil)
    }
}
