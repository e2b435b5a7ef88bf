/// Says at once when nobody is there to measure, so that nobody waits in vain.
struct IdleFleetNotice {
    let client: APIClient
    let session: Session

    /// - Parameter runs: the ones that were asked for.
    func tell(_ runs: [TriggerReply.Part]) async {
        let wanted = Set(runs.filter { Self.isOpen($0.state) }.compactMap(\.hostClass))
        guard !wanted.isEmpty,
            let hosts = try? await client.get("/hosts", as: ReplyPage<Host>.self).value.items
        else { return }
        var served = wanted
        for hostClass in wanted.sorted() {
            let fit = hosts.filter { $0.hostClass == hostClass }
            let ready = fit.filter { $0.state == "active" && $0.contact == "online" }
            guard ready.isEmpty else { continue }
            served.remove(hostClass)
            session.note("note: no host of class \(hostClass) is ready; the runs wait for one")
            session.note("  try: \(Self.advice(fit))")
        }
        let others = runs.filter { run in
            Self.isOpen(run.state) && (run.hostClass.map(served.contains) ?? false)
        }
        await tellShortage(of: Set(others.map(\.id)))
    }

    private struct WaitingJob: Decodable, Sendable {
        struct Why: Decodable, Sendable {
            let reason: String?
            let text: String?
        }

        let runId: String
        let why: [Why]?
    }

    /// Of many runs that wait for the same, one is told.
    private func tellShortage(of runs: Set<String>) async {
        let queue = try? await client.get("/queue", as: ReplyPage<WaitingJob>.self).value.items
        let reasons = (queue ?? []).filter { runs.contains($0.runId) }
            .flatMap { $0.why ?? [] }.filter { $0.reason == "no_eligible_host" }
        for text in Set(reasons.compactMap(\.text)).sorted() {
            session.note("note: no host fits: \(text)")
            session.note("  try: fleetmark hosts show HOST, or ask for less in `requires`")
        }
    }

    private static func isOpen(_ state: String?) -> Bool {
        ["waiting", "queued"].contains(state ?? "queued")
    }

    private static func advice(_ hosts: [Host]) -> String {
        if let pending = hosts.first(where: { $0.state == "pending" }) {
            return "fleetmark hosts approve \(pending.name)"
        }
        guard let away = hosts.first else {
            return "fleetmark enroll-token, then fleetmark-agent enroll on the host"
        }
        return "fleetmark hosts list; \(away.name) is \(away.contact ?? away.state ?? "away")"
    }
}
