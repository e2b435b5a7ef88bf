// Database: the small protocol that all SQL of the controller goes through.
// Enters: SQL in the subset that SQLite and PostgreSQL share, with `$n` binds. Leaves: rows of
// plain values, or a `DatabaseFailure`. Nothing here opens a file or a socket: drivers do.
//
// The shared subset, as the contract tests hold it:
// - Binds are `$1`, `$2`, … by number; a number may be used many times. The highest number used
//   is the number of values. `?` and dollar-quoted strings are refused.
// - A null bind has no type: write `CAST($1 AS TEXT) IS NULL`, never a bare `$1 IS NULL`.
// - Column types are TEXT, BIGINT, DOUBLE PRECISION and, in migrations, BYTES. Truth is 0 or 1.
// - `sum` and `avg` of BIGINT are decimal in PostgreSQL: write `CAST(sum(x) AS BIGINT)`.
// - LIKE tells upper from lower case; name its escape (`LIKE $1 ESCAPE '!'`).
// - Text sorts by its UTF-8 bytes. ORDER BY over a nullable column says NULLS FIRST or NULLS LAST.
// - A unique constraint is unnamed in its table, or made by CREATE UNIQUE INDEX with a name.
// - BEGIN, COMMIT, SAVEPOINT, PRAGMA and the like are the driver's and are refused.

/// Which spelling a statement needs where the two stores differ.
package enum Dialect: String, Sendable, Hashable, CaseIterable {
    case sqlite
    case postgres
}

/// Who goes first when writes queue.
package enum WritePriority: Sendable, Hashable, CaseIterable {
    /// Claims and heartbeats: short, and late ones cost leases.
    case urgent
    /// Everything else.
    case ordinary
}

package enum TransactionKind: Sendable, Hashable {
    /// Sees one snapshot, taken by its first statement, and cannot write.
    case read
    /// SQLite: serial, alone in the database. PostgreSQL: READ COMMITTED, so a decision on a read
    /// must be repeated in the WHERE of the write, or the row be locked first.
    case write(WritePriority)
}

/// A connection inside one transaction body; every use after the body ended is refused.
///
/// After one statement has failed, each further one fails with `transactionAborted`, and the
/// transaction is rolled back even when the body swallows the failure.
package protocol Connection {
    var dialect: Dialect { get }

    /// Runs one statement and returns all its rows, at most `DatabaseLimits.rows`.
    func query(_ sql: String, _ binds: [DatabaseValue]) throws(DatabaseFailure) -> [Row]

    /// Runs one statement.
    /// - Returns: rows that it inserted, updated or deleted itself (cascades not counted); 0 for
    ///   any other statement.
    func execute(_ sql: String, _ binds: [DatabaseValue]) throws(DatabaseFailure) -> Int

    /// Inserts many rows by the store's fastest way; a conflict fails all of them.
    ///
    /// Table and columns are identifiers of lower-case letters, digits and `_`; each row is as
    /// long as `columns`.
    func bulkInsert(
        into table: String, columns: [String], rows: [[DatabaseValue]]
    ) throws(DatabaseFailure)

    /// Queues a message that listeners get after the commit; equal ones are sent once.
    ///
    /// A channel is lower-case letters, digits and `_`, at most 63 bytes; a payload is at most
    /// `DatabaseLimits.payloadBytes`.
    func notify(_ channel: String, _ payload: String) throws(DatabaseFailure)

    /// The time that decides leases, in microseconds since 1970 UTC; it goes on while the
    /// transaction runs. PostgreSQL: `clock_timestamp()`. SQLite: the clock given to the driver.
    func nowMicroseconds() throws(DatabaseFailure) -> Int64
}

extension Connection {
    package func query(_ sql: String) throws(DatabaseFailure) -> [Row] {
        try query(sql, [])
    }

    @discardableResult
    package func execute(_ sql: String) throws(DatabaseFailure) -> Int {
        try execute(sql, [])
    }
}

package protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs `body` on a thread of the driver's, in one transaction, and returns after the commit.
    ///
    /// What the body throws rolls back and is rethrown unchanged. A body must have no effect but
    /// through its connection, since a driver may run it again when the store undid it for a
    /// neighbour's sake. Cancelling the task ends it with `cancelled`, unless it has committed.
    func transaction<T: Sendable>(
        _ kind: TransactionKind, _ body: @escaping @Sendable (any Connection) throws -> T
    ) async throws -> T

    /// As `Connection.nowMicroseconds()`, outside a transaction.
    func nowMicroseconds() async throws -> Int64

    /// Messages on the given channels, until the stream's task ends or the database closes.
    ///
    /// A message is a hint to look, never the only copy of a fact: the stream keeps the newest
    /// `DatabaseLimits.notifications` and drops older ones when its reader is slow. The first
    /// element per channel, and one more after every reconnection, has `isResync` set: messages
    /// before it may be lost, so the reader looks once for itself. A channel name that `notify`
    /// would refuse gives a stream that has ended.
    func listen(_ channels: [String]) -> AsyncStream<DatabaseNotification>

    /// Ends queued work with `closed`, lets running transactions finish, and ends all streams.
    /// Later calls of `transaction` throw `closed`.
    func close() async
}

package struct DatabaseNotification: Sendable, Hashable {
    package let channel: String
    /// Empty in a resync.
    package let payload: String
    /// True when earlier messages of the channel may have been lost.
    package let isResync: Bool

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
        isResync = false
    }

    package init(resync channel: String) {
        self.channel = channel
        payload = ""
        isResync = true
    }
}

/// Ceilings that hold on every store.
package enum DatabaseLimits {
    /// Rows that one query may return.
    package static let rows = 1_000_000
    /// Values bound to one statement.
    package static let binds = 32_766
    /// Bytes of one statement's text.
    package static let statementBytes = 1_000_000
    /// Bytes of one text or blob.
    package static let valueBytes = 256 << 20
    /// Messages a listener may fall behind before it loses the oldest.
    package static let notifications = 256
    /// Bytes of a notification's payload.
    package static let payloadBytes = 7_999
}
