package import FleetModel

/// What happened on a host, put together from what is stored of it.
package enum HostTimeline {
    /// The kinds of the API (§3.6).
    package enum Kind: String, Sendable {
        case state, boot, kernel, microcode, firmware, tuning, agent, canary, certificate
    }

    package struct Event: Hashable, Sendable {
        package let at: ServerTime
        package let kind: Kind
        /// A short sentence without its full stop.
        package let title: String
        package var detail: String?
        package var before: String?
        package var after: String?
        /// What the host says otherwise than when its agent started before.
        package var changes: [HostFactSheet.Difference] = []
        package var isBad = false

        init(_ at: ServerTime, _ kind: Kind, _ title: String, _ detail: String? = nil) {
            self.at = at
            self.kind = kind
            self.title = title
            self.detail = detail
        }
    }

    /// What the stores hold of a host, each newest first.
    package struct Sources: Sendable {
        package let host: HostRecord
        package let starts: [HostStore.Start]
        package let moves: [HostStore.Move]
        package let certificates: [CertificateRecord]
        package let canaries: [CanaryResult]

        package init(
            host: HostRecord, starts: [HostStore.Start], moves: [HostStore.Move],
            certificates: [CertificateRecord], canaries: [CanaryResult]
        ) {
            self.host = host
            self.starts = starts
            self.moves = moves
            self.certificates = certificates
            self.canaries = canaries
        }
    }

    /// Newest first.
    package static func events(_ sources: Sources) -> [Event] {
        let enrolled = Event(
            sources.host.createdAt, .state, "Enrolled", "as \(sources.host.name)")
        let found =
            [enrolled] + starts(sources.starts) + sources.moves.map(move)
            + sources.certificates.flatMap(life) + deviations(sources.canaries)
        return found.enumerated().sorted {
            ($1.element.at, $1.offset) < ($0.element.at, $0.offset)
        }.map(\.element)
    }

    private static func starts(_ newestFirst: [HostStore.Start]) -> [Event] {
        let starts = Array(newestFirst.reversed())
        let sheets = starts.map { HostFactSheet($0.facts) }
        return starts.indices.map { place in
            let start = starts[place]
            guard place > 0 else { return Event(start.at, .agent, "The agent started") }
            let isReboot = starts[place - 1].bootID != start.bootID
            var event = Event(
                start.at, isReboot ? .boot : .agent,
                isReboot ? "Booted, and the agent started" : "The agent started")
            event.changes = sheets[place - 1].differences(to: sheets[place])
            return event
        }
    }

    private static func move(_ move: HostStore.Move) -> Event {
        let who = move.actor.isEmpty ? "" : "by \(move.actor)"
        let text = [who, move.reason ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
        var event = Event(
            move.at, .state, "From \(move.before.rawValue) to \(move.after.rawValue)",
            text.isEmpty ? nil : text)
        event.before = move.before.rawValue
        event.after = move.after.rawValue
        event.isBad = move.after == .quarantined
        return event
    }

    private static func life(_ certificate: CertificateRecord) -> [Event] {
        let serial = "serial …\(certificate.serial.suffix(8))"
        var found = [Event(certificate.createdAt, .certificate, "Certificate issued", serial)]
        if let revoked = certificate.revokedAt {
            let reason = certificate.revokeReason ?? "no reason given"
            var event = Event(
                revoked, .certificate, "Certificate revoked", "\(serial): \(reason)")
            event.isBad = true
            found.append(event)
        }
        return found
    }

    /// The first of several deviations of a canary in a row.
    private static func deviations(_ newestFirst: [CanaryResult]) -> [Event] {
        var last: [String: CanaryResult.State] = [:]
        var found: [Event] = []
        for result in newestFirst.reversed() {
            let before = last.updateValue(result.state, forKey: result.name)
            guard [.warn, .quarantine].contains(result.state), before != result.state else {
                continue
            }
            var event = Event(
                result.at, .canary, "The canary \(result.name) deviates", result.reason)
            event.isBad = result.state == .quarantine
            found.append(event)
        }
        return found
    }
}

extension HostFactSheet.Difference {
    /// `kernel 6.8.0-41 → 6.8.0-45`.
    package var sentence: String {
        let label = name.split(separator: "_").joined(separator: " ")
        return "\(label) \(first ?? "nothing") → \(second ?? "nothing")"
    }

    /// What a change of this fact is, beside the start that showed it.
    package var kind: HostTimeline.Kind {
        if layer == "tuning" { return .tuning }
        if name.contains("microcode") { return .microcode }
        if name.contains("firmware") || name.contains("bios") { return .firmware }
        return name.contains("kernel") ? .kernel : .boot
    }
}
