import Synchronization

/// The calls that wait for something to change: claims and `wait_s` reads.
///
/// Ends them all at once when the controller shuts down. Holds at most `capacity` calls; beyond
/// it a caller is told to come back.
package final class LongPolls: Sendable {
    /// What a call waits for; the namespace is the route's own, such as `run/<id>`.
    package struct Topic: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }
    }

    /// Why a wait ended.
    package enum Ending: Sendable, Equatable {
        case signalled, timedOut, shutDown
    }

    private struct Waiter {
        let topics: Set<Topic>
        let signal: Signal
    }

    private struct State {
        var nextNumber: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var numbers: [Topic: Set<UInt64>] = [:]
        var isShutDown = false

        func signals(of topic: Topic) -> [Signal] {
            (numbers[topic] ?? []).compactMap { waiters[$0]?.signal }
        }
    }

    private let state = Mutex(State())
    private let capacity: Int

    package init(capacity: Int = 10_000) { self.capacity = capacity }

    package var heldCount: Int { state.withLock { $0.waiters.count } }

    /// Wakes every call that waits for the topic; those look again whether it concerns them.
    package func signal(_ topic: Topic) {
        for signal in state.withLock({ $0.signals(of: topic) }) { signal.raise() }
    }

    /// Ends every wait, now and from now on.
    package func shutDown() {
        let signals = state.withLock { state in
            state.isShutDown = true
            return state.waiters.values.map(\.signal)
        }
        for signal in signals { signal.raise() }
    }

    /// Waits for one signal of the topic that comes after the call began.
    package func wait(for topic: Topic, upTo limit: Duration) async throws -> Ending {
        let start = ContinuousClock.now
        let (number, signal) = try register([topic])
        defer { unregister(number) }
        return try await ending(of: signal, until: start + limit)
    }

    /// Looks again at each signal until there is an answer, the limit passes or the controller
    /// shuts down; the last two give nil, to be answered 204.
    ///
    /// The first look comes after the registration, so that no signal between them is lost.
    package func hold<Answer: Sendable>(
        for topics: Set<Topic>, upTo limit: Duration, look: () async throws -> Answer?
    ) async throws -> Answer? {
        let end = ContinuousClock.now + limit
        let (number, signal) = try register(topics)
        defer { unregister(number) }
        while true {
            if state.withLock({ $0.isShutDown }) { return nil }
            if let answer = try await look() { return answer }
            guard try await ending(of: signal, until: end) == .signalled else { return nil }
        }
    }

    private func ending(
        of signal: Signal, until end: ContinuousClock.Instant
    ) async throws -> Ending {
        if state.withLock({ $0.isShutDown }) { return .shutDown }
        let ending = await signal.wait(upTo: max(.zero, ContinuousClock.now.duration(to: end)))
        if state.withLock({ $0.isShutDown }) { return .shutDown }
        switch ending {
        case .raised: return .signalled
        case .timedOut: return .timedOut
        case .cancelled: throw CancellationError()
        }
    }

    private func register(_ topics: Set<Topic>) throws -> (UInt64, Signal) {
        try state.withLock { state in
            guard state.waiters.count < capacity else {
                throw APIError(
                    .overloaded, "Too many calls wait already.", retryAfter: .seconds(5))
            }
            let signal = Signal()
            state.nextNumber += 1
            state.waiters[state.nextNumber] = Waiter(topics: topics, signal: signal)
            for topic in topics { state.numbers[topic, default: []].insert(state.nextNumber) }
            return (state.nextNumber, signal)
        }
    }

    private func unregister(_ number: UInt64) {
        state.withLock { state in
            guard let waiter = state.waiters.removeValue(forKey: number) else { return }
            for topic in waiter.topics {
                state.numbers[topic]?.remove(number)
                if state.numbers[topic]?.isEmpty == true { state.numbers[topic] = nil }
            }
        }
    }
}
