import CLibPQ
import Database
import Dispatch
import Synchronization

/// The connection that hears notifications, with its thread; both start at the first `listen`.
///
/// A connection that breaks is made again after 0.1 s, then after twice as long each time, at
/// most 5 s.
final class PostgresListener: Sendable {
    private struct Requests {
        /// Channels that have a new reader.
        var greeting: Set<String> = []
        var hasStarted = false
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let requests = Mutex(Requests())
    private let queue = DispatchQueue(label: "fleetmark.postgres.listener")
    private let hub = NotificationHub()
    private let settings: PostgresSettings
    private let signal: WakeSignal

    init(_ settings: PostgresSettings) throws(DatabaseFailure) {
        guard let signal = WakeSignal() else {
            throw .unavailable(reason: "no file descriptor is left")
        }
        self.settings = settings
        self.signal = signal
    }

    func subscribe(_ channels: [String]) -> AsyncStream<DatabaseNotification> {
        let stream = hub.subscribe(channels, greets: false)
        let starts = requests.withLock { requests in
            guard !requests.isClosed else { return false }
            requests.greeting.formUnion(channels)
            defer { requests.hasStarted = true }
            return !requests.hasStarted
        }
        if starts { queue.async { self.listen() } }
        signal.wake()
        return stream
    }

    /// Ends all streams, and returns when the thread has ended.
    func close() async {
        hub.close()
        await withCheckedContinuation { continuation in
            let isOver = requests.withLock { requests in
                requests.isClosed = true
                if requests.hasStarted { requests.closers.append(continuation) }
                return !requests.hasStarted
            }
            if isOver { continuation.resume() }
            signal.wake()
        }
    }

    /// The thread's whole life.
    private func listen() {
        var hearing: Hearing?
        var failuresInRow = 0
        while let greeting = nextGreeting() {
            if hearing == nil { hearing = Hearing(settings) }
            guard let current = hearing, update(current, greeting) else {
                hearing = nil
                let delay = min(100 << min(failuresInRow, 6), 5_000)
                failuresInRow += 1
                _ = signal.wait(for: nil, milliseconds: CInt(delay))
                continue
            }
            failuresInRow = 0
            let isReadable = signal.wait(for: current.socket, milliseconds: nil)
            if isReadable, !current.readInput() { hearing = nil }
            hub.publish(current.messages())
        }
        let closers = requests.withLock { requests in
            requests.hasStarted = false
            defer { requests.closers = [] }
            return requests.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Nil when the thread shall end.
    private func nextGreeting() -> Set<String>? {
        requests.withLock { requests in
            guard !requests.isClosed else { return nil }
            defer { requests.greeting = [] }
            return requests.greeting
        }
    }

    /// Brings the connection's channels in line with what the streams want.
    /// - Returns: false when the connection broke.
    private func update(_ hearing: Hearing, _ greeting: Set<String>) -> Bool {
        let wanted = hub.channels
        let fresh = wanted.subtracting(hearing.channels)
        guard hearing.hear(wanted) else { return false }
        hub.publish(greeting.union(fresh).intersection(wanted).map { .init(resync: $0) })
        // Messages may have come in with an answer, and then the socket stays silent.
        hub.publish(hearing.messages())
        return true
    }
}

/// One connection that listens; used by one thread.
private final class Hearing {
    private let raw: OpaquePointer
    private(set) var channels: Set<String> = []

    /// Connects; blocks. Nil when that failed.
    init?(_ settings: PostgresSettings) {
        guard let made = settings.connect() else { return nil }
        guard PQstatus(made) == CONNECTION_OK else {
            PQfinish(made)
            return nil
        }
        PQsetNoticeProcessor(made, { _, _ in }, nil)
        raw = made
    }

    deinit { PQfinish(raw) }

    var socket: CInt { PQsocket(raw) }

    /// Listens on these channels and no others; false when the connection broke.
    func hear(_ wanted: Set<String>) -> Bool {
        let isDone =
            wanted.subtracting(channels).allSatisfy { run("LISTEN \"\($0)\"") }
            && channels.subtracting(wanted).allSatisfy { run("UNLISTEN \"\($0)\"") }
        if isDone { channels = wanted }
        return isDone
    }

    /// False when the connection broke.
    func readInput() -> Bool {
        PQconsumeInput(raw) == 1 && PQstatus(raw) == CONNECTION_OK
    }

    /// The messages that have come in.
    func messages() -> [DatabaseNotification] {
        var messages: [DatabaseNotification] = []
        while let message = PQnotifies(raw) {
            messages.append(
                DatabaseNotification(
                    channel: String(cString: message.pointee.relname),
                    payload: String(cString: message.pointee.extra)))
            PQfreemem(message)
        }
        return messages
    }

    private func run(_ sql: String) -> Bool {
        PostgresResult(adopting: PQexec(raw, sql)).isSuccess
    }
}
