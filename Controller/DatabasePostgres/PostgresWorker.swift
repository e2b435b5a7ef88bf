import CLibPQ
import Database
import Dispatch
import Synchronization

/// A connection with its thread: runs transactions one after the other.
///
/// `@unchecked`: `link` is touched on `queue` only; what other threads need is in a `Mutex`.
final class PostgresWorker: @unchecked Sendable {
    private struct Cancelling {
        var running: CancellationFlag?
        /// Freed only after `running` was cleared.
        nonisolated(unsafe) var canceller: OpaquePointer?
    }

    private let queue = DispatchQueue(label: "fleetmark.postgres")
    private let settings: PostgresSettings
    private let texts: RecentTexts
    private var link: PostgresLink?
    private let cancelling = Mutex(Cancelling())

    init(_ settings: PostgresSettings, _ texts: RecentTexts) {
        self.settings = settings
        self.texts = texts
    }

    /// Runs `work` on the worker's thread.
    func enter(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    /// Connects ahead of need; a failure shows at the first transaction.
    func warmUp() { queue.async { _ = try? self.readyLink() } }

    /// Closes the connection, after what runs.
    func disconnect(_ done: @escaping @Sendable () -> Void = {}) {
        queue.async {
            self.link = nil
            done()
        }
    }

    /// Runs one transaction; blocks, on the worker's thread.
    func run<T>(
        _ kind: TransactionKind, _ cancellation: CancellationFlag,
        _ body: (any Connection) throws -> T
    ) throws -> T {
        let link = try begin(kind)
        let connection = PostgresConnection(
            link, texts, cancellation, isReadOnly: kind == .read)
        arm(cancellation, link)
        do {
            let value = try connection.run(body)
            disarm()
            try commit(kind, link)
            return value
        } catch {
            disarm()
            // Fails only with the connection, and then the server rolls back by itself.
            if link.isConnected { _ = try? link.control("ROLLBACK") }
            throw error
        }
    }

    private func readyLink() throws(DatabaseFailure) -> PostgresLink {
        guard let link else {
            let made = try PostgresLink(settings)
            link = made
            return made
        }
        if !link.isReady { try link.reset() }
        return link
    }

    /// Begins; once more on a fresh connection when the old one turns out to be broken.
    private func begin(_ kind: TransactionKind) throws(DatabaseFailure) -> PostgresLink {
        let sql =
            kind == .read
            ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        let link = try readyLink()
        do throws(DatabaseFailure) {
            _ = try link.control(sql)
        } catch {
            guard !link.isConnected else { throw error }
            try link.reset()
            _ = try link.control(sql)
        }
        return link
    }

    private func commit(_ kind: TransactionKind, _ link: PostgresLink) throws(DatabaseFailure) {
        do throws(DatabaseFailure) {
            guard try link.control("COMMIT") == "COMMIT" else {
                throw DatabaseFailure.transactionAborted
            }
        } catch {
            guard !link.isConnected else { throw error }
            // A read has nothing to lose with its connection.
            if kind == .read { return }
            throw .commitOutcomeUnknown(reason: error.description)
        }
    }

    /// Cancels the running statement if it is still `cancellation`'s; may block on the network.
    func cancel(_ cancellation: CancellationFlag) {
        // The lock keeps the transaction from ending, and so from being another one's.
        cancelling.withLock { state in
            guard state.running === cancellation, let canceller = state.canceller else { return }
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(canceller, &message, Int32(message.count))
        }
    }

    private func arm(_ cancellation: CancellationFlag, _ link: PostgresLink) {
        // PQcancel may be called from any thread; the lock keeps it within the link's life.
        nonisolated(unsafe) let canceller = link.canceller
        cancelling.withLock { state in
            state.running = cancellation
            state.canceller = canceller
        }
    }

    private func disarm() {
        cancelling.withLock { state in
            state.running = nil
            state.canceller = nil
        }
    }
}
