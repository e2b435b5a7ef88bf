import FleetModel
import Storage

/// Why each job still waits, from the hosts as they are now.
struct WaitReasons: Sendable {
    struct Reason: Hashable, Sendable {
        /// Among the jobs of its host class; nil while it may not be claimed at all.
        let place: Int?
        let text: String
        let isStuck: Bool
    }

    private let now: ServerTime
    private let reasons: [Wish: WishReason]
    private let places: [JobID: Int]

    /// Jobs that the same hosts may take wait for the same reason.
    private struct Wish: Hashable, Sendable {
        let hostClass: String
        let needs: HostNeeds

        init(_ job: JobRecord) {
            hostClass = job.hostClass
            needs = job.needs
        }
    }

    private struct WishReason: Hashable, Sendable {
        let text: String
        let isStuck: Bool
    }

    init(_ facts: QueueModel.Facts, queued: [JobRecord], namesHosts: Bool) {
        now = facts.clock.now
        var counts: [String: Int] = [:]
        var places: [JobID: Int] = [:]
        for job in queued where job.state == .queued && job.notBefore <= facts.clock.now {
            counts[job.hostClass, default: 0] += 1
            places[job.id] = counts[job.hostClass]
        }
        self.places = places
        let busy = Set(facts.live.map(\.host))
        var reasons: [Wish: WishReason] = [:]
        for wish in Set(queued.map(Wish.init)) {
            let hosts = facts.hosts.filter { $0.hostClass == wish.hostClass }
            reasons[wish] =
                Self.lack(of: wish.needs, hosts, namesHosts: namesHosts)
                ?? Self.reason(
                    hosts.filter { wish.needs.unmet(by: $0.offers).isEmpty }, busy, facts.clock,
                    namesHosts: namesHosts)
        }
        self.reasons = reasons
    }

    func reason(for job: JobRecord) -> Reason {
        if job.state == .waiting {
            return Reason(place: nil, text: "Its base is measured first.", isStuck: false)
        }
        if job.notBefore > now {
            let wait = Span.text(from: now, to: job.notBefore)
            return Reason(
                place: nil, text: "It is tried again in \(wait), after a failure.", isStuck: false)
        }
        let place = places[job.id]
        let ofWish = reasons[Wish(job)]
        let ahead = (place ?? 1) - 1
        guard let ofWish else {
            return Reason(place: place, text: "A host takes it in a moment.", isStuck: false)
        }
        let first = ahead > 0 ? "\(ahead) \(ahead == 1 ? "goes" : "go") first; " : ""
        let text = first + ofWish.text
        return Reason(
            place: place, text: text.prefix(1).uppercased() + text.dropFirst(),
            isStuck: ofWish.isStuck)
    }

    /// What of a project file's `requires` none of the hosts meets; nil where one meets all.
    private static func lack(
        of needs: HostNeeds, _ hosts: [HostRecord], namesHosts: Bool
    ) -> WishReason? {
        let enrolled = hosts.filter { $0.state != .retired }
        guard let shortage = needs.shortage(among: enrolled.map(\.offers)) else { return nil }
        let named = enrolled.prefix(namesHosts && shortage.lacking.isEmpty ? 3 : 0).map { host in
            "\(ForeignText(host.name, limit: 60).text) lacks "
                + needs.unmet(by: host.offers).joined(separator: ", ")
        }
        let detail = named.isEmpty ? "" : " (\(named.joined(separator: "; ")))"
        return WishReason(text: shortage.text + detail + ".", isStuck: true)
    }

    private static func reason(
        _ hosts: [HostRecord], _ busy: Set<HostID>, _ clock: HostClock, namesHosts: Bool
    ) -> WishReason? {
        guard !hosts.isEmpty else {
            return WishReason(text: "no host of this class is enrolled.", isStuck: true)
        }
        let active = hosts.filter { $0.state == .active }
        guard !active.isEmpty else {
            let states = Set(hosts.map(\.state.rawValue)).sorted().joined(separator: ", ")
            return WishReason(
                text: "no host of this class is active (\(states)).", isStuck: true)
        }
        let heard = active.filter { clock.contact(of: $0) == .online }
        guard !heard.isEmpty else {
            return WishReason(
                text: active.count == 1
                    ? "the only active host is not heard." : "no active host is heard.",
                isStuck: true)
        }
        guard heard.allSatisfy({ busy.contains($0.id) }) else { return nil }
        guard heard.count == 1, let only = heard.first else {
            return WishReason(
                text: "all \(heard.count) active hosts are at work.", isStuck: false)
        }
        return WishReason(
            text: namesHosts
                ? "\(ForeignText(only.name, limit: 60).text), the only active host, is at work."
                : "the only active host is at work.", isStuck: false)
    }
}
