import Database
import Dispatch
import Synchronization

/// One transaction that waits for a connection; `run` or `fail` is called, once.
struct PooledWork: Sendable {
    let cancellation: CancellationFlag
    let priority: WritePriority
    let run: @Sendable (PostgresWorker) -> Void
    let fail: @Sendable (DatabaseFailure) -> Void

    init<T: Sendable>(
        _ kind: TransactionKind, _ cancellation: CancellationFlag,
        _ continuation: CheckedContinuation<T, any Error>,
        _ body: @escaping @Sendable (any Connection) throws -> T
    ) {
        self.cancellation = cancellation
        priority =
            switch kind {
            case .read: .ordinary
            case .write(let priority): priority
            }
        fail = { continuation.resume(throwing: $0) }
        run = { worker in
            continuation.resume(
                with: Result { try worker.run(kind, cancellation, body) })
        }
    }
}

/// Shares a bounded number of connections among transactions.
final class PostgresPool: Sendable {
    private struct State {
        /// The last used is the next to be used.
        var idle: [PostgresWorker] = []
        var running: [ObjectIdentifier: (worker: PostgresWorker, work: CancellationFlag)] = [:]
        var waiting = WorkQueue<PooledWork>()
        var releases: [ObjectIdentifier: Int] = [:]
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []

        var count: Int { idle.count + running.count }
    }

    private let state = Mutex(State())
    private let configuration: PostgresConfiguration
    private let settings: PostgresSettings
    private let texts = RecentTexts()
    private let timers = DispatchQueue(label: "fleetmark.postgres.timers")
    private let cancels = DispatchQueue(
        label: "fleetmark.postgres.cancels", attributes: .concurrent)

    init(_ configuration: PostgresConfiguration, _ settings: PostgresSettings) {
        self.configuration = configuration
        self.settings = settings
    }

    /// Opens the minimum of connections.
    func start() {
        let count = min(configuration.minimumConnections, configuration.maximumConnections)
        let workers = (0..<max(count, 0)).map { _ in PostgresWorker(settings, texts) }
        state.withLock { $0.idle += workers }
        for worker in workers { worker.warmUp() }
    }

    var usage: PoolUsage {
        state.withLock { state in
            PoolUsage(
                idle: state.idle.count, active: state.running.count,
                maximum: max(configuration.maximumConnections, 1))
        }
    }

    func submit(_ work: PooledWork) {
        enum Step { case refuse(DatabaseFailure), start(PostgresWorker), wait }
        let step = state.withLock { state -> Step in
            if state.isClosed { return .refuse(.closed) }
            if work.cancellation.isRaised { return .refuse(.cancelled) }
            if let worker = worker(in: &state) {
                state.running[ObjectIdentifier(worker)] = (worker, work.cancellation)
                return .start(worker)
            }
            guard state.waiting.count < configuration.queueCapacity else {
                return .refuse(
                    .unavailable(
                        reason: "\(configuration.queueCapacity) transactions wait already"))
            }
            state.waiting.append(work, work.priority)
            return .wait
        }
        switch step {
        case .refuse(let failure): work.fail(failure)
        case .start(let worker): worker.enter { self.run(work, on: worker) }
        case .wait: expireLater(work.cancellation)
        }
    }

    /// An idle worker, or a new one while there are fewer than the maximum.
    private func worker(in state: inout State) -> PostgresWorker? {
        if let worker = state.idle.popLast() { return worker }
        guard state.count < max(configuration.maximumConnections, 1) else { return nil }
        return PostgresWorker(settings, texts)
    }

    /// Runs work, and what waits after it, on the worker's thread.
    private func run(_ first: PooledWork, on worker: PostgresWorker) {
        var next: PooledWork? = first
        while let work = next {
            work.run(worker)
            next = release(worker)
        }
    }

    /// - Returns: the work that takes the worker over at once.
    private func release(_ worker: PostgresWorker) -> PooledWork? {
        let identifier = ObjectIdentifier(worker)
        var closers: [CheckedContinuation<Void, Never>] = []
        var releases = 0
        let next = state.withLock { state -> PooledWork? in
            if let next = state.waiting.next() {
                state.running[identifier] = (worker, next.cancellation)
                return next
            }
            state.running[identifier] = nil
            state.idle.append(worker)
            state.releases[identifier, default: 0] += 1
            releases = state.releases[identifier, default: 0]
            if state.isClosed, state.running.isEmpty {
                closers = state.closers
                state.closers = []
            }
            return nil
        }
        for closer in closers { closer.resume() }
        if next == nil { retireLater(worker, after: releases) }
        return next
    }

    func cancel(_ cancellation: CancellationFlag) {
        let (work, worker) = state.withLock { state in
            (
                state.waiting.remove { $0.cancellation === cancellation },
                state.running.values.first { $0.work === cancellation }?.worker
            )
        }
        work?.fail(.cancelled)
        if let worker { cancels.async { worker.cancel(cancellation) } }
    }

    /// Fails what waits, lets what runs finish, and disconnects.
    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.waiting.removeAll()
        }
        for work in waiting { work.fail(.closed) }
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if !state.running.isEmpty { state.closers.append(continuation) }
                return state.running.isEmpty
            }
            if isQuiet { continuation.resume() }
        }
        let workers = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for worker in workers {
            await withCheckedContinuation { continuation in
                worker.disconnect { continuation.resume() }
            }
        }
    }

    private func expireLater(_ cancellation: CancellationFlag) {
        timers.asyncAfter(deadline: Self.time(configuration.acquireTimeout)) { [weak self] in
            guard let self else { return }
            let work = state.withLock { state in
                state.waiting.remove { $0.cancellation === cancellation }
            }
            work?.fail(
                .unavailable(
                    reason: "no connection was free within \(configuration.acquireTimeout)"))
        }
    }

    /// Closes the worker when it is still idle since the same release and above the minimum.
    private func retireLater(_ worker: PostgresWorker, after releases: Int) {
        timers.asyncAfter(deadline: Self.time(configuration.idleTimeout)) { [weak self] in
            guard let self else { return }
            let identifier = ObjectIdentifier(worker)
            let isRetired = state.withLock { state in
                guard state.releases[identifier] == releases,
                    state.count > configuration.minimumConnections,
                    let index = state.idle.firstIndex(where: { $0 === worker })
                else { return false }
                state.idle.remove(at: index)
                state.releases[identifier] = nil
                return true
            }
            if isRetired { worker.disconnect() }
        }
    }

    private static func time(_ duration: Duration) -> DispatchTime {
        .now() + .milliseconds(Int(min(max(duration / .milliseconds(1), 0), 86_400_000)))
    }
}
