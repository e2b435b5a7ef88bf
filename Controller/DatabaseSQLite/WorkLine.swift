import Database
import Synchronization

/// The line of transactions before the writer, or before the readers.
final class WorkLine: Sendable {
    private struct State {
        var queue = WorkQueue<QueuedWork>()
        var running = 0
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())
    private let capacity: Int
    private let width: Int

    /// - Parameters:
    ///   - capacity: how many may wait; one more fails with `unavailable`.
    ///   - width: how many runners there may be at once.
    init(capacity: Int, width: Int) {
        self.capacity = capacity
        self.width = width
    }

    /// Lines the work up.
    /// - Returns: true when the caller must start one more runner.
    func join(_ work: QueuedWork) -> Bool {
        let (refusal, starts) = state.withLock { state -> (DatabaseFailure?, Bool) in
            if state.isClosed { return (.closed, false) }
            if work.cancellation.isRaised { return (.cancelled, false) }
            guard state.queue.count < capacity else {
                return (.unavailable(reason: "\(capacity) transactions wait already"), false)
            }
            state.queue.append(work, work.priority)
            guard state.running < width else { return (nil, false) }
            state.running += 1
            return (nil, true)
        }
        if let refusal { work.fail(refusal) }
        return starts
    }

    var waitingCount: Int { state.withLock { $0.queue.count } }

    /// The next work for a runner in the middle of a group; nil leaves the runner running.
    func next() -> QueuedWork? { state.withLock { $0.queue.next() } }

    /// Ends a runner's turn.
    /// - Returns: true when there is more, and the runner must start again.
    func endTurn() -> Bool {
        let (goesOn, closers) = state.withLock {
            state -> (Bool, [CheckedContinuation<Void, Never>]) in
            if !state.queue.isEmpty { return (true, []) }
            state.running -= 1
            guard state.running == 0 else { return (false, []) }
            defer { state.closers = [] }
            return (false, state.closers)
        }
        for closer in closers { closer.resume() }
        return goesOn
    }

    /// Lines work up again that its group's fate undid; fails it when the line has closed.
    func putBack(_ works: [QueuedWork]) {
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            for priority in WritePriority.allCases {
                state.queue.putBack(works.filter { $0.priority == priority }, priority)
            }
            return false
        }
        if isClosed { for work in works { work.fail(DatabaseFailure.closed) } }
    }

    /// Takes waiting work out whose task was cancelled.
    func cancel(_ cancellation: CancellationFlag) {
        let work = state.withLock { state in
            state.queue.remove { $0.cancellation === cancellation }
        }
        work?.fail(DatabaseFailure.cancelled)
    }

    /// Fails what waits and returns when nothing runs.
    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.queue.removeAll()
        }
        for work in waiting { work.fail(DatabaseFailure.closed) }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.running > 0 { state.closers.append(continuation) }
                return state.running == 0
            }
            if isIdle { continuation.resume() }
        }
    }
}
