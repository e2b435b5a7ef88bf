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
    private let reasons: [String: ClassReason]
    private let places: [JobID: Int]

    private struct ClassReason: Hashable, Sendable {
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
        var reasons: [String: ClassReason] = [:]
        for hostClass in Set(queued.map(\.hostClass)) {
            reasons[hostClass] = Self.reason(
                hostClass, facts.hosts.filter { $0.hostClass == hostClass }, busy, facts.clock,
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
        let ofClass = reasons[job.hostClass]
        let ahead = (place ?? 1) - 1
        guard let ofClass else {
            return Reason(place: place, text: "A host takes it in a moment.", isStuck: false)
        }
        let first = ahead > 0 ? "\(ahead) \(ahead == 1 ? "goes" : "go") first; " : ""
        let text = first + ofClass.text
        return Reason(
            place: place, text: text.prefix(1).uppercased() + text.dropFirst(),
            isStuck: ofClass.isStuck)
    }

    private static func reason(
        _ hostClass: String, _ hosts: [HostRecord], _ busy: Set<HostID>, _ clock: HostClock,
        namesHosts: Bool
    ) -> ClassReason? {
        guard !hosts.isEmpty else {
            return ClassReason(text: "no host of this class is enrolled.", isStuck: true)
        }
        let active = hosts.filter { $0.state == .active }
        guard !active.isEmpty else {
            let states = Set(hosts.map(\.state.rawValue)).sorted().joined(separator: ", ")
            return ClassReason(
                text: "no host of this class is active (\(states)).", isStuck: true)
        }
        let heard = active.filter { clock.contact(of: $0) == .online }
        guard !heard.isEmpty else {
            return ClassReason(
                text: active.count == 1
                    ? "the only active host is not heard." : "no active host is heard.",
                isStuck: true)
        }
        guard heard.allSatisfy({ busy.contains($0.id) }) else { return nil }
        guard heard.count == 1, let only = heard.first else {
            return ClassReason(
                text: "all \(heard.count) active hosts are at work.", isStuck: false)
        }
        return ClassReason(
            text: namesHosts
                ? "\(ForeignText(only.name, limit: 60).text), the only active host, is at work."
                : "the only active host is at work.", isStuck: false)
    }
}
