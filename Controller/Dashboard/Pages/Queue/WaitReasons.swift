import FleetModel
import Storage

/// Why each job still waits, and at which place.
struct WaitReasons: Sendable {
    struct Reason: Hashable, Sendable {
        /// Among the jobs of its host class; nil while it may not be claimed at all.
        let place: Int?
        let text: String
        let isStuck: Bool
    }

    private let fleet: WaitingFleet
    private let reasons: [WaitingFleet.Wish: JobWait]
    private let places: [JobID: Int]

    init(_ fleet: WaitingFleet, queued: [JobRecord], namesHosts: Bool) {
        var fleet = fleet
        if namesHosts { fleet.naming = { ForeignText($0.name, limit: 60).text } }
        self.fleet = fleet
        var counts: [String: Int] = [:]
        var places: [JobID: Int] = [:]
        for job in queued where job.state == .queued && job.notBefore <= fleet.now {
            counts[job.hostClass, default: 0] += 1
            places[job.id] = counts[job.hostClass]
        }
        self.places = places
        var reasons: [WaitingFleet.Wish: JobWait] = [:]
        for wish in Set(queued.map(fleet.wish)) { reasons[wish] = fleet.wait(for: wish) }
        self.reasons = reasons
    }

    func reason(for job: JobRecord) -> Reason {
        if job.state == .waiting {
            return Reason(place: nil, text: "Its base is measured first.", isStuck: false)
        }
        if job.notBefore > fleet.now {
            let wait = Span.text(from: fleet.now, to: job.notBefore)
            return Reason(
                place: nil, text: "It is tried again in \(wait), after a failure.", isStuck: false)
        }
        let place = places[job.id]
        guard let wait = reasons[fleet.wish(of: job)] else {
            let text =
                fleet.knowsHosts
                ? "A host takes it in a moment." : "It waits for a host of its class."
            return Reason(place: place, text: text, isStuck: false)
        }
        let ahead = (place ?? 1) - 1
        let first = ahead > 0 ? "\(ahead) \(ahead == 1 ? "goes" : "go") first; " : ""
        return Reason(
            place: place,
            text: first.isEmpty ? wait.sentence : first + wait.text + ".", isStuck: wait.isStuck)
    }
}
