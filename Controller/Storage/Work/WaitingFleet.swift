import Database
package import FleetModel

/// Why no host takes a job now.
package struct JobWait: Hashable, Sendable {
    /// Words of the API (contract, §3.1, `Queue.why`).
    package enum Reason: String, Sendable {
        case noEligibleHost = "no_eligible_host"
        case hostBusy = "host_busy"
        case hostDraining = "host_draining"
        /// Hosts that fit are there, but not at work or not heard.
        case hostAway = "host_away"
        case backoff
    }

    package let reason: Reason
    /// A sentence without its capital and its full stop.
    package let text: String
    package let until: ServerTime?

    init(_ reason: Reason, _ text: String, until: ServerTime? = nil) {
        self.reason = reason
        self.text = text
        self.until = until
    }

    /// Nothing that goes on now will start it.
    package var isStuck: Bool { reason != .hostBusy && reason != .backoff }
    /// With its capital and its full stop.
    package var sentence: String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}

/// The hosts of one moment, as those see them who wait for one.
package struct WaitingFleet: Sendable {
    /// Without those that have left.
    let hosts: [HostRecord]
    let busy: Set<HostID>
    /// Hosts that a job has failed on by their own fault.
    let excluded: [JobID: Set<HostID>]
    package let now: ServerTime
    let unreachable: Duration
    /// How hosts are called; nil where the reader may not know them.
    package var naming: (@Sendable (HostRecord) -> String)?

    /// What a job asks of its host: those that ask for the same wait for the same reason.
    package struct Wish: Hashable, Sendable {
        let hostClass: String
        let host: HostID?
        let needs: HostNeeds
        let excluded: Set<HostID>
    }

    package func wish(of job: JobRecord) -> Wish {
        Wish(
            hostClass: job.hostClass, host: job.host, needs: job.needs,
            excluded: excluded[job.id] ?? [])
    }

    /// Nil for a job that does not wait, and for one that a host takes in a moment.
    package func wait(of job: JobRecord) -> JobWait? {
        guard job.state == .queued else { return nil }
        if job.notBefore > now {
            return JobWait(.backoff, "it is tried again after a failure", until: job.notBefore)
        }
        return wait(for: wish(of: job))
    }

    /// For a job that there is not yet.
    package func wait(
        hostClass: String, host: HostID? = nil, needs: HostNeeds
    ) -> JobWait? {
        wait(for: Wish(hostClass: hostClass, host: host, needs: needs, excluded: []))
    }

    /// Who serves a public site sees that there are hosts, and no facts to reason with.
    package var knowsHosts: Bool { hosts.allSatisfy { !$0.name.isEmpty } }

    package func wait(for wish: Wish) -> JobWait? {
        guard knowsHosts else { return nil }
        let asked = hosts.filter {
            $0.hostClass == wish.hostClass && (wish.host ?? $0.id) == $0.id
        }
        guard !asked.isEmpty else {
            return JobWait(
                .noEligibleHost,
                wish.host == nil
                    ? "no host of this class is enrolled" : "the host that was asked for has left")
        }
        if let shortage = wish.needs.shortage(among: asked.map(\.offers)) {
            return JobWait(
                .noEligibleHost, shortage.text + details(wish.needs, asked, shortage))
        }
        let fit = asked.filter { wish.needs.unmet(by: $0.offers).isEmpty }
        let untried = fit.filter { !wish.excluded.contains($0.id) }
        guard !untried.isEmpty else {
            return JobWait(
                .noEligibleHost, "it failed on each host that could take it, by the host's fault")
        }
        return wait(for: untried)
    }

    /// Hosts that could take it.
    private func wait(for hosts: [HostRecord]) -> JobWait? {
        let active = hosts.filter { $0.state == .active }
        guard !active.isEmpty else {
            let states = Set(hosts.map(\.state))
            let words = states.map(\.rawValue).sorted().joined(separator: ", ")
            return JobWait(
                states == [.draining] ? .hostDraining : .hostAway,
                "no host of this class is active (\(words))")
        }
        let heard = active.filter {
            $0.contact(at: now, unreachable: unreachable) == .online
        }
        guard let first = heard.first else {
            return JobWait(
                .hostAway,
                active.count == 1
                    ? "the only active host is not heard" : "no active host is heard")
        }
        guard heard.allSatisfy({ busy.contains($0.id) }) else { return nil }
        guard heard.count == 1 else {
            return JobWait(.hostBusy, "all \(heard.count) active hosts are at work")
        }
        return JobWait(
            .hostBusy,
            naming.map { "the only active host, \($0(first)), is at work" }
                ?? "the only active host is at work")
    }

    private static let hostsNamed = 3

    /// Where each host lacks something else, what that is.
    private func details(
        _ needs: HostNeeds, _ hosts: [HostRecord], _ shortage: HostNeeds.Shortage
    ) -> String {
        guard let naming, shortage.lacking.isEmpty else { return "" }
        let named = hosts.prefix(Self.hostsNamed).map { host in
            "\(naming(host)) lacks " + needs.unmet(by: host.offers).joined(separator: ", ")
        }
        return " (\(named.joined(separator: "; ")))"
    }
}

extension WaitingFleet {
    init(_ connection: any Connection, unreachable: Duration) throws {
        let excluded = try connection.query(
            """
            SELECT job_id, job_exclusion.host_id AS host_id FROM job_exclusion
            JOIN job ON job.id = job_id WHERE job.state IN ('waiting', 'queued')
            """
        ).map { (try $0.id("job_id") as JobID, try $0.id("host_id") as HostID) }
        self.init(
            hosts: try connection.query(
                "SELECT \(HostRecord.columns) FROM host WHERE state <> 'retired' ORDER BY name"
            ).map { try HostRecord($0) },
            busy: Set(
                try connection.query("SELECT host_id FROM attempt WHERE is_live = 1")
                    .map { try $0.id("host_id") }),
            excluded: Dictionary(excluded.map { ($0, [$1]) }) { $0.union($1) },
            now: try connection.now(), unreachable: unreachable)
    }
}

extension HostStore {
    /// One transaction; hosts are not named. `unreachable`: without a word for so long a host takes
    /// nothing.
    package func waitingFleet(unreachable: Duration) async throws -> WaitingFleet {
        try await database.transaction(.read) { connection in
            try WaitingFleet(connection, unreachable: unreachable)
        }
    }
}

extension HostRecord {
    /// What follows from when it was last heard: offline after ten times the silence that makes it
    /// unreachable.
    package func contact(at now: ServerTime, unreachable: Duration) -> HostContact {
        guard let last = lastContact else { return .offline }
        let silence = now - last
        if silence <= unreachable { return .online }
        return silence <= unreachable * 10 ? .unreachable : .offline
    }
}
