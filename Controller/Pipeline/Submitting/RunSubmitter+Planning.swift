import FleetModel
import Storage

extension RunSubmitter {
    /// A run that would be stored.
    struct Planned: Sendable {
        let draft: RunDraft
        let part: SubmissionStore.Part
        /// Why no host could take all of it.
        let lack: HostLack?

        var pair: Pair { draft.pair }
        var hostClass: String { draft.place.hostClass }
    }

    /// What would be stored.
    /// - Throws: `SubmitFailure.noHostFits` where no revision can be measured as it asks.
    func plan(
        _ found: Resolved, _ order: TriggerOrder, at now: ServerTime
    ) async throws -> (SubmissionStore.Request, [Planned]) {
        var random = SystemRandomNumberGenerator()
        let places = found.pairs.map { pair in
            (pair.suite.suite?.file).map { found.spread.places(for: $0, order.wish) }
                ?? [.init(hostClass: found.spread.usual, further: nil)]
        }
        let comparisons = zip(found.pairs, places)
            .reduce(0) { $0 + ($1.0.base == nil ? 0 : $1.1.count) }
        let request = SubmissionStore.Request(
            id: RequestID(at: now, using: &random), project: order.project.id,
            triggerKind: order.origin.kind, triggeredBy: order.origin.by,
            reason: order.origin.reason, comparisons: comparisons)
        var planned: [Planned] = []
        for (pair, places) in zip(found.pairs, places) {
            for place in places {
                let draft = RunDraft(
                    pair: pair, order: order, place: place, request: request, policy: found.policy,
                    limits: limits, now: now)
                planned.append(try await plan(draft, found.spread, using: &random))
            }
        }
        return (request, try Self.placed(planned, using: &random))
    }

    private func plan(
        _ draft: RunDraft, _ spread: HostSpread,
        using random: inout some RandomNumberGenerator
    ) async throws -> Planned {
        let order = draft.order
        if !order.isForced,
            let known = try await stores.runs.reusable(draft.naturalKey, of: order.project.id)
        {
            return Planned(draft: draft, part: .reused(known.id), lack: nil)
        }
        let run = try draft.run(using: &random)
        return Planned(
            draft: draft, part: .new(run),
            lack: spread.lack(of: run.jobs, at: draft.pair.commit, in: draft.place.hostClass))
    }

    /// A job that no host can take would wait in vain and hold up its run. Where that is so of each
    /// revision nothing is begun; of some, as in a range that crosses an edit of `requires`, their
    /// runs fail at once and say why.
    private static func placed(
        _ planned: [Planned], using random: inout some RandomNumberGenerator
    ) throws -> [Planned] {
        guard let first = planned.compactMap(\.lack).first else { return planned }
        let lacking = Set(planned.filter { $0.lack != nil }.map(\.pair.commit))
        guard planned.contains(where: { !lacking.contains($0.pair.commit) }) else {
            throw SubmitFailure.noHostFits(first)
        }
        return try planned.map { planned in
            guard let lack = planned.lack else { return planned }
            return Planned(
                draft: planned.draft,
                part: .new(try planned.draft.refused(for: lack, using: &random)), lack: lack)
        }
    }
}
