// DatabaseSQLite: the `Database` protocol over SQLite, through GRDB.
// Enters: transactions. Leaves: their results, after a synced commit. A file has one grouping
// writer and several readers (WAL); a memory database has one connection for both.

package import Database
import Dispatch

package struct SQLiteConfiguration: Sendable {
    /// Bounds of one commit's group of writes.
    package struct Group: Sendable {
        /// No write joins after this time.
        package var span: Duration
        package var writes: Int
        package var bytes: Int

        package init(
            span: Duration = .milliseconds(50), writes: Int = 256, bytes: Int = 1 << 20
        ) {
            self.span = span
            self.writes = writes
            self.bytes = bytes
        }
    }

    package var readers = 4
    /// How long to wait for a lock that another process holds.
    package var busyTimeout = Duration.seconds(5)
    package var statementTimeout = Duration.seconds(30)
    package var group = Group()
    /// How many reads, and how many writes, may wait.
    package var queueCapacity = 10_000

    package init() {}
}

/// A database in a file or in memory.
package final class SQLiteDatabase: Database {
    package let dialect = Dialect.sqlite
    private let store: SQLiteStore
    private let writer: GroupingWriter
    private let readers: SnapshotReaders
    private let hub = NotificationHub()
    private let clock: @Sendable () -> Int64

    /// Opens the file at `path`, made when missing (its folder must exist), or a memory database.
    ///
    /// The clock answers microseconds since 1970 UTC.
    package init(
        path: String?, configuration: SQLiteConfiguration = .init(),
        clock: @escaping @Sendable () -> Int64
    ) throws(DatabaseFailure) {
        do throws(SQLiteError) {
            store = try SQLiteStore(
                path: path, readers: configuration.readers,
                busyTimeoutSeconds: configuration.busyTimeout / .seconds(1))
        } catch {
            throw SQLiteFailure.of(error, "open \(path ?? "memory")", on: nil)
        }
        self.clock = clock
        let context = SQLiteContext(
            statementTimeout: configuration.statementTimeout, clock: clock)
        writer = GroupingWriter(
            store, context, hub, limits: configuration.group,
            capacity: configuration.queueCapacity)
        readers = SnapshotReaders(
            store, context, width: configuration.readers,
            capacity: configuration.queueCapacity)
    }

    package func transaction<T: Sendable>(
        _ kind: TransactionKind, _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T {
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch kind {
                case .read:
                    readers.submit(QueuedWork(.ordinary, cancellation, continuation, body))
                case .write(let priority):
                    writer.submit(QueuedWork(priority, cancellation, continuation, body))
                }
            }
        } onCancel: {
            cancellation.raise()
            readers.cancel(cancellation)
            writer.cancel(cancellation)
        }
    }

    package func nowMicroseconds() async throws -> Int64 { clock() }

    package func listen(_ channels: [String]) -> AsyncStream<DatabaseNotification> {
        hub.subscribe(channels, greets: true)
    }

    package func close() async {
        async let writes: Void = writer.close()
        async let reads: Void = readers.close()
        _ = await (writes, reads)
        hub.close()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [store] in
                // Nothing is left to lose: every commit was synced when it was acknowledged.
                try? store.close()
                continuation.resume()
            }
        }
    }
}
