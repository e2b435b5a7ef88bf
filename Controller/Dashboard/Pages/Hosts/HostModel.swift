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
        canary = CanaryPanel(facts.canaries, of: facts.host)
        attempts = facts.attempts.map { HostAttempt($0, facts.fleet) }
        hasNoAttempts = attempts.isEmpty
        certificates = facts.certificates.map {
            HostCertificate($0, now: facts.fleet.clock.now, viewer)
        }
        showsCertificates = viewer.operates
        enrolledAt = Moment(facts.host.createdAt)
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
        let enrolled = Happening(
            facts.host.createdAt, "Enrolled", "as \(facts.host.name)")
        let found =
            [enrolled] + starts(facts.starts) + facts.moves.map(move)
            + facts.certificates.flatMap(life)
        return found.enumerated().sorted {
            ($1.element.at, $1.offset) < ($0.element.at, $0.offset)
        }.prefix(limit).map { HostEvent($0.element) }
    }

    private struct Happening {
        let at: ServerTime
        let title: String
        let text: String?
        let isBad: Bool

        init(_ at: ServerTime, _ title: String, _ text: String?, isBad: Bool = false) {
            self.at = at
            self.title = title
            self.text = text
            self.isBad = isBad
        }
    }

    private init(_ happening: Happening) {
        at = Moment(happening.at)
        title = happening.title
        text = happening.text.map { ForeignText($0, limit: 240) }
        kind = happening.isBad ? "bad" : "plain"
    }

    private static func starts(_ newestFirst: [HostStore.Start]) -> [Happening] {
        let starts = Array(newestFirst.reversed())
        return zip([nil] + starts.map(Optional.some), starts).map { previous, start in
            let isReboot = previous != nil && previous?.bootID != start.bootID
            let change = previous.flatMap {
                changed(Fingerprint($0.facts), Fingerprint(start.facts))
            }
            return Happening(
                start.at, isReboot ? "Booted, and the agent started" : "The agent started", change)
        }
    }

    private static func move(_ move: HostStore.Move) -> Happening {
        let who = move.actor.isEmpty ? "" : "by \(move.actor)"
        let text = [who, move.reason ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        return Happening(
            move.at, "From \(move.before.rawValue) to \(move.after.rawValue)",
            text.isEmpty ? nil : text, isBad: move.after == .quarantined)
    }

    private static func life(_ certificate: CertificateRecord) -> [Happening] {
        let serial = "serial …\(certificate.serial.suffix(8))"
        var found = [Happening(certificate.createdAt, "Certificate issued", serial)]
        if let revoked = certificate.revokedAt {
            let reason = certificate.revokeReason ?? "no reason given"
            found.append(
                Happening(revoked, "Certificate revoked", "\(serial): \(reason)", isBad: true))
        }
        return found
    }

    /// Which facts differ: `kernel 6.8.0-41 → 6.8.0-45`; nil when none do.
    private static func changed(_ old: Fingerprint, _ new: Fingerprint) -> String? {
        var known: [String: String] = [:]
        for layer in old.layers {
            for fact in layer.facts {
                known["\(layer.name.text)/\(fact.label.text)"] = fact.value.text
            }
        }
        var parts: [String] = []
        for layer in new.layers {
            for fact in layer.facts {
                let before = known["\(layer.name.text)/\(fact.label.text)"]
                guard let before, before != fact.value.text else { continue }
                parts.append("\(fact.label.text) \(before) → \(fact.value.text)")
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
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
