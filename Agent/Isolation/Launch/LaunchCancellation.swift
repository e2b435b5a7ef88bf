import Synchronization

/// The handle by which a running launch is ended from elsewhere.
///
/// One handle belongs to one launch. A cancellation before the start prevents the start.
package final class LaunchCancellation: Sendable {
    package enum Urgency: Int, Sendable, Comparable {
        /// TERM to the tree, the plan's grace, then KILL.
        case graceful = 1
        /// KILL at once.
        case now = 2

        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    private struct State {
        var urgency: Urgency?
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Asks for the end. A later, more urgent call overrides an earlier one.
    package func cancel(_ urgency: Urgency = .graceful) {
        // Called under the lock, so that nothing is woken after `onCancel(nil)` has returned.
        state.withLock { state in
            state.urgency = max(state.urgency ?? urgency, urgency)
            state.wake?()
        }
    }

    package var urgency: Urgency? { state.withLock { $0.urgency } }

    /// Installs what tells the launch's thread to look again; `nil` takes it away. It must be
    /// quick and must not call back.
    func onCancel(_ wake: (@Sendable () -> Void)?) {
        state.withLock { $0.wake = wake }
    }
}
