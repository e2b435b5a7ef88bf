import FleetModel
import Storage

/// What a host's page shows.
struct HostModel: Sendable {
    let card: HostCard
    let health: [Fingerprint.Fact]
    let hasHealth: Bool
    let layers: [Fingerprint.Layer]
    let capabilities: [Fingerprint.Fact]
    let hasCapabilities: Bool
    let limits: [Fingerprint.Limit]
    let hasLimits: Bool
    let events: [HostEvent]
    let canary: CanaryPanel?
    let attempts: [HostAttempt]
    let hasNoAttempts: Bool
    let certificates: [HostCertificate]
    let showsCertificates: Bool
    let enrolledAt: Moment
    let others: [OtherHost]
    let hasOthers: Bool

    /// What the queries found.
    struct Facts: Sendable {
        let host: HostRecord
        /// Newest first.
        let attempts: [AttemptRecord]
        let starts: [HostStore.Start]
        let moves: [HostStore.Move]
        let certificates: [CertificateRecord]
        /// Newest first.
        let canaries: [CanaryResult]
        /// All hosts, by name.
        let all: [HostRecord]
        let fleet: HostsModel.Facts
    }

    init(_ facts: Facts, viewer: Viewer) {
        card = HostCard(facts.host, facts.fleet, viewer: viewer)
        let health = HostHealth(facts.host.health)
        self.health = health.facts
        hasHealth = !health.facts.isEmpty
        layers = card.fingerprint.layers
        capabilities = card.fingerprint.capabilities
        hasCapabilities = !capabilities.isEmpty
        limits = card.fingerprint.limits
        hasLimits = !limits.isEmpty
        events = HostEvent.all(facts)
        canary = CanaryPanel(facts.canaries, of: facts.host, viewer: viewer)
        attempts = facts.attempts.map { HostAttempt($0, facts.fleet) }
        hasNoAttempts = attempts.isEmpty
        certificates = facts.certificates.map {
            HostCertificate($0, now: facts.fleet.clock.now, viewer)
        }
        showsCertificates = viewer.operates
        enrolledAt = Moment(facts.host.createdAt)
        let rest = facts.all.filter { $0.id != facts.host.id && $0.state != .retired }
        others = rest.prefix(OtherHost.shown).map { OtherHost($0, beside: facts.host.id) }
        hasOthers = !others.isEmpty
    }
}

/// A host that this one can be compared with.
struct OtherHost: Hashable, Sendable {
    static let shown = 30

    let href: String
    let name: ForeignText

    init(_ other: HostRecord, beside host: HostID) {
        href = PagePath.hostDifference(host, other.id).text
        name = ForeignText(other.name, limit: 60)
    }
}

/// Something that happened on a host.
struct HostEvent: Hashable, Sendable {
    let at: Moment
    let title: String
    let text: ForeignText?
    let kind: String

    private static let limit = 40

    /// The last one first.
    static func all(_ facts: HostModel.Facts) -> [HostEvent] {
        HostTimeline.events(
            HostTimeline.Sources(
                host: facts.host, starts: facts.starts, moves: facts.moves,
                certificates: facts.certificates, canaries: facts.canaries)
        ).prefix(limit).map { HostEvent($0) }
    }

    private init(_ event: HostTimeline.Event) {
        at = Moment(event.at)
        title = event.title
        let detail = ([event.detail].compactMap(\.self) + event.changes.map(\.sentence))
            .joined(separator: ", ")
        text = detail.isEmpty ? nil : ForeignText(detail, limit: 240)
        kind = event.isBad ? "bad" : "plain"
    }
}

/// Something that the host measured.
struct HostAttempt: Hashable, Sendable {
    let job: HostJob
    let state: StateChip
    let failure: ForeignText?
    let startedAt: Moment
    let took: String

    init(_ attempt: AttemptRecord, _ facts: HostsModel.Facts) {
        job = HostJob(attempt, facts)
        state = StateChip(attempt.state)
        // A failure's message is the project's own.
        failure =
            job.run == nil ? nil : attempt.failure.map { ForeignText($0.message, limit: 160) }
        startedAt = Moment(attempt.createdAt)
        took = Span.text(
            from: attempt.createdAt, to: attempt.endedAt ?? facts.clock.now)
    }
}

/// A certificate of the host's agent.
struct HostCertificate: Hashable, Sendable {
    let serial: String
    let state: StateChip
    let issuedAt: Moment
    let expiry: Expiry
    let reason: ForeignText?
    let revoke: FormButton?

    init(_ certificate: CertificateRecord, now: ServerTime, _ viewer: Viewer) {
        serial = certificate.serial
        expiry = Expiry(certificate, now: now)
        issuedAt = Moment(certificate.createdAt)
        reason = certificate.revokeReason.map { ForeignText($0, limit: 200) }
        let isOver = certificate.validUntil <= now
        if certificate.revokedAt != nil {
            state = StateChip(kind: "failed", word: "revoked")
        } else if isOver {
            state = StateChip(kind: "caution", word: "ended")
        } else {
            state = StateChip(kind: "done", word: "in force")
        }
        let canRevoke = certificate.revokedAt == nil && !isOver && viewer.token != nil
        revoke =
            canRevoke
            ? FormButton(
                .revoke(serial: certificate.serial), "Revoke it at once", viewer,
                ask: "Why is it revoked? The host is cut off at once and must enrol anew.",
                label: "Revoke") : nil
    }
}
