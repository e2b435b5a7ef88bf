import Synchronization

/// Which statement texts a driver keeps prepared, and what their check found.
///
/// A text is kept from its second use, so that texts built for one call do not push out constant
/// ones; at most `capacity` are kept, and later ones are prepared anew each time.
package final class RecentTexts: Sendable {
    private struct State {
        var kept: [String: Int] = [:]
        var seenOnce: [String: Int] = [:]
    }
    private let state = Mutex(State())
    private let capacity: Int

    package init(capacity: Int = 512) { self.capacity = capacity }

    /// - Returns: how many values the text binds, and whether to keep it prepared.
    package func check(_ sql: String) throws(DatabaseFailure) -> (binds: Int, isKept: Bool) {
        let known = state.withLock { state -> (Int, Bool)? in
            if let binds = state.kept[sql] { return (binds, true) }
            guard let binds = state.seenOnce[sql] else { return nil }
            guard state.kept.count < capacity else { return (binds, false) }
            state.seenOnce[sql] = nil
            state.kept[sql] = binds
            return (binds, true)
        }
        if let known { return known }
        let binds = try StatementCheck.text(sql)
        state.withLock { state in
            if state.seenOnce.count >= capacity { state.seenOnce = [:] }
            state.seenOnce[sql] = binds
        }
        return (binds, false)
    }
}
