import Synchronization

/// Wakes one waiting task; raised before the wait, it ends the wait at once.
final class Signal: Sendable {
    enum Ending: Sendable { case raised, timedOut, cancelled }

    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    func raise() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.isRaised = true
                return CheckedContinuation<Bool, Never>?.none
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume(returning: true)
    }

    /// At most one task waits at a time.
    func wait(upTo limit: Duration) async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask { await self.waitForRaise() ? .raised : .cancelled }
            group.addTask {
                do {
                    try await Task.sleep(for: limit)
                    return .timedOut
                } catch {
                    return .cancelled
                }
            }
            let first = await group.next() ?? .cancelled
            group.cancelAll()
            // A raise that came together with the end of the limit is not lost.
            let second = await group.next() ?? .cancelled
            return second == .raised ? .raised : first
        }
    }

    private func waitForRaise() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.isRaised {
                        state.isRaised = false
                        return true
                    }
                    if Task.isCancelled { return false }
                    precondition(state.waiter == nil, "two tasks wait for one signal")
                    state.waiter = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: false)
        }
    }
}
