package import FleetModel

/// What operators tell a host, by the API and on the pages alike.
package enum HostOrder: String, CaseIterable, Sendable {
    /// A host that has enrolled may take work.
    case approve
    /// It ends what it measures and takes nothing new.
    case drain
    /// It takes work again.
    case resume

    package var allowed: Set<HostState> {
        switch self {
        case .approve: [.pending, .calibrating]
        case .drain: [.active]
        case .resume: [.draining, .maintenance, .quarantined]
        }
    }

    package var result: HostState { self == .drain ? .draining : .active }

    /// Why a host in this state does not follow it.
    package func refusal(in state: HostState) -> String {
        switch self {
        case .approve: "The host is \(state.rawValue); only a pending one is approved."
        case .drain: "The host is \(state.rawValue); only an active one is drained."
        case .resume:
            "The host is \(state.rawValue); only a draining or quarantined one takes work again."
        }
    }
}

extension HostStore {
    /// Moves the host as told, in one transaction; it may be there already. `actor` is for people,
    /// `auditor` the caller's id.
    /// - Throws: `StoreFailure` `notFound`, or `hostNotClaimable` with the present state.
    package func carryOut(
        _ order: HostOrder, on host: HostID, by actor: String, because reason: String? = nil,
        auditedAs auditor: String? = nil
    ) async throws -> HostRecord {
        try await move(
            host, from: order.allowed, to: order.result, by: actor, because: reason,
            noting: auditor.map { (order.rawValue, $0) })
    }
}
