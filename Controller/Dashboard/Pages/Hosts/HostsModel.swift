import FleetModel
import Storage

/// What the fleet's page shows.
struct HostsModel: Sendable {
    let summary: String
    let sentence: Sentence
    let cards: [HostCard]
    let isEmpty: Bool
    let showsCertificates: Bool
    let document = "/api/v1/hosts"

    /// What the queries found.
    struct Facts: Sendable {
        let hosts: [HostRecord]
        let live: [AttemptRecord]
        let runs: [RunID: RunRecord]
        /// The projects that the reader may see.
        let seen: [ProjectID: ProjectStore.Project]
        let revisions: [CommitKey: RevisionStore.Revision]
        let sessionFacts: [HostID: String]
        let busy: [HostID: Duration]
        /// Empty for readers who may not see them.
        let certificates: [HostID: CertificateRecord]
        let clock: HostClock
    }

    /// Over which the share of busy time is taken.
    static let windowHours: Int64 = 48

    static func window(before now: ServerTime) -> ServerTime {
        ServerTime(microseconds: now.microseconds - windowHours * 3_600_000_000)
    }

    init(_ facts: Facts, viewer: Viewer) {
        let made = facts.hosts.map { HostCard($0, facts, viewer: viewer) }
        cards = made.enumerated().sorted {
            (-$0.element.need, $0.offset) < (-$1.element.need, $1.offset)
        }.map(\.element)
        isEmpty = made.isEmpty
        showsCertificates = viewer.operates
        let classes = Set(facts.hosts.map(\.hostClass)).count
        summary =
            "\(made.count) \(made.count == 1 ? "host" : "hosts"), \(classes) "
            + "\(classes == 1 ? "class" : "classes")"
        sentence = Self.sentence(facts, made)
    }

    private static func sentence(_ facts: Facts, _ cards: [HostCard]) -> Sentence {
        let needy = cards.filter { $0.need > 1 }
        var sentence = Sentence(kind: needy.isEmpty ? "unchanged" : "unclear")
        guard !cards.isEmpty else {
            sentence.say("No host has enrolled yet.")
            return sentence
        }
        if needy.isEmpty {
            sentence.stress("All hosts are well")
        } else {
            sentence.stress(
                "\(needy.count) \(needy.count == 1 ? "host needs" : "hosts need") attention")
            sentence.say(": ")
            for (place, card) in needy.prefix(3).enumerated() {
                if place > 0 { sentence.say("; ") }
                sentence.name(card.name)
                sentence.say(" " + card.attention)
            }
            if needy.count > 3 { sentence.say("; and \(needy.count - 3) more") }
        }
        let working = cards.count { $0.job != nil }
        let active = facts.hosts.count { $0.state == .active }
        sentence.say(
            ". \(working) of \(active) active hosts \(working == 1 ? "is" : "are") at work.")
        return sentence
    }
}

/// A host of the fleet in short.
struct HostCard: Hashable, Sendable {
    let href: String
    let name: ForeignText
    let hostClass: ForeignText
    let state: StateChip
    let contact: StateChip
    let heard: String
    let job: HostJob?
    let machine: ForeignText
    let platform: ForeignText
    let fingerprint: Fingerprint
    let agentVersion: ForeignText
    let certificate: Expiry?
    let use: Use?
    let disk: String?
    let orders: [FormButton]
    /// More for what should be looked at first.
    let need: Int
    /// What the matter is: `is quarantined`.
    let attention: String
    /// `caution`, `failed` or `none`.
    let kind: String

    /// How much of the time it measured.
    struct Use: Hashable, Sendable {
        let text: String
        let share: String
        let label: String
    }

    init(_ host: HostRecord, _ facts: HostsModel.Facts, viewer: Viewer) {
        let clock = facts.clock
        href = PagePath.host(host.id).text
        name = ForeignText(host.name, limit: 60)
        hostClass = ForeignText(host.hostClass, limit: 60)
        state = StateChip(host.state)
        let contact = clock.contact(of: host)
        self.contact = StateChip(contact)
        heard = host.lastContact.map { Span.text(from: $0, to: clock.now) + " ago" } ?? "never"
        job = facts.live.first { $0.host == host.id }.map { HostJob($0, facts) }
        machine = ForeignText(
            "\(host.facts.cpuModel), \(host.facts.cores) cores, "
                + UnitScale.binaryBytes(host.facts.memoryBytes))
        platform = ForeignText("\(host.facts.os), Linux \(host.facts.kernel)")
        fingerprint = Fingerprint(facts.sessionFacts[host.id])
        agentVersion = ForeignText(host.agentVersion, limit: 40)
        certificate = facts.certificates[host.id].map { Expiry($0, now: clock.now) }
        use = Self.use(host, facts)
        disk = HostHealth(host.health).freeDisk.map { UnitScale.bytes($0) + " free" }
        orders = HostOrder.buttons(for: host, viewer)
        (need, attention, kind) = Self.need(host, contact, certificate)
    }

    private static func use(_ host: HostRecord, _ facts: HostsModel.Facts) -> Use? {
        guard host.state != .pending else { return nil }
        let start = max(HostsModel.window(before: facts.clock.now), host.createdAt)
        let whole = facts.clock.now - start
        guard whole > .seconds(3600) else { return nil }
        let share = min(1, max(0, (facts.busy[host.id] ?? .zero) / whole))
        let percent = Figures.fixed(share * 100, decimals: share < 0.1 ? 1 : 0)
        return Use(
            text: "\(percent)\(Figures.thinSpace)% busy",
            share: Figures.fixed(share * 100, decimals: 1) + "%",
            label: "\(percent) % of the last \(Span.text(whole)) at work")
    }

    private static func need(
        _ host: HostRecord, _ contact: HostContact, _ certificate: Expiry?
    ) -> (Int, String, String) {
        switch host.state {
        case .quarantined: return (6, "is quarantined", "failed")
        case .retired: return (-1, "is retired", "none")
        case .pending, .calibrating: return (4, "waits to be approved", "caution")
        default: break
        }
        if contact != .online { return (5, "is not heard", "failed") }
        if certificate?.isDue == true { return (4, "has a certificate that ends soon", "caution") }
        if host.state == .draining || host.state == .maintenance {
            return (3, "is \(host.state == .draining ? "draining" : "in maintenance")", "caution")
        }
        return (0, "", "none")
    }
}

/// What a host measures.
struct HostJob: Hashable, Sendable {
    /// Nil for work of a project that the reader may not see.
    let run: Run?
    let progress: WorkProgress?
    let took: String

    struct Run: Hashable, Sendable {
        let href: String
        let commit: String
        let project: ForeignText
        let subject: ForeignText?
    }

    init(_ attempt: AttemptRecord, _ facts: HostsModel.Facts) {
        progress = WorkProgress(attempt.progress)
        took = Span.text(from: attempt.createdAt, to: facts.clock.now)
        run = facts.runs[attempt.run].flatMap { run in
            facts.seen[run.project].map { project in
                Run(
                    href: PagePath.run(run.id).text, commit: run.commit.short,
                    project: ForeignText(project.name, limit: 60),
                    subject: facts.revisions[CommitKey(run)].map {
                        ForeignText($0.subject, limit: 100)
                    })
            }
        }
    }
}

/// When a certificate ends.
struct Expiry: Hashable, Sendable {
    let at: Moment
    let left: String
    /// Renewal is overdue: less than a quarter of its life is left, or none.
    let isDue: Bool

    init(_ certificate: CertificateRecord, now: ServerTime) {
        at = Moment(certificate.validUntil)
        let rest = certificate.validUntil - now
        left = rest > .zero ? "\(Span.text(rest)) left" : "ended"
        isDue = rest < (certificate.validUntil - certificate.validFrom) / 4
    }
}

extension HostOrder {
    /// The buttons that this reader may press on this host as it is now.
    static func buttons(for host: HostRecord, _ viewer: Viewer) -> [FormButton] {
        guard viewer.operates, viewer.token != nil else { return [] }
        return allCases.filter { $0.allowed.contains(host.state) }.map { order in
            FormButton(
                .order(order.rawValue, host.id), order.deed, viewer,
                ask: order == .drain ? "Why is it taken out of service?" : nil,
                isPrimary: order == .approve)
        }
    }

    private var deed: String {
        switch self {
        case .approve: "Approve"
        case .drain: "Drain"
        case .resume: "Resume"
        }
    }
}

extension StateChip {
    init(_ state: HostState) {
        switch state {
        case .active: self.init(kind: "done", word: "active")
        case .pending, .calibrating: self.init(kind: "wait", word: state.rawValue)
        case .draining, .maintenance: self.init(kind: "caution", word: state.rawValue)
        case .quarantined: self.init(kind: "failed", word: state.rawValue)
        case .retired: self.init(kind: "done", word: state.rawValue)
        }
    }

    init(_ contact: HostContact) {
        switch contact {
        case .online: self.init(kind: "done", word: contact.rawValue)
        case .unreachable, .stalled: self.init(kind: "caution", word: contact.rawValue)
        case .offline: self.init(kind: "failed", word: contact.rawValue)
        }
    }
}
