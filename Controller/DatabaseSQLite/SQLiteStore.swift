import GRDB
import GRDBSQLite

/// What SQLite answered to a call: its extended result code and message.
struct SQLiteError: Error {
    let code: Int32
    let message: String
}

/// Owns the GRDB queue or pool and runs work on its threads.
///
/// This file alone names GRDB's types, since several are called as ours are.
final class SQLiteStore: Sendable {
    private let connections: any DatabaseWriter

    /// Opens the file, or a private memory database when `path` is nil.
    init(path: String?, readers: Int, busyTimeoutSeconds: Double) throws(SQLiteError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.maximumReaderCount = readers
        // The grouping writer begins and ends its transactions itself.
        configuration.allowsUnsafeTransactions = true
        configuration.label = "fleetmark.sqlite"
        configuration.prepareDatabase { database in
            // As in PostgreSQL, LIKE tells upper from lower case.
            try database.execute(sql: "PRAGMA case_sensitive_like = ON")
        }
        do {
            connections =
                if let path {
                    try DatabasePool(path: path, configuration: configuration)
                } else {
                    try DatabaseQueue(configuration: configuration)
                }
            // Here and not in `prepareDatabase`: a pool sets NORMAL after that, which would lose
            // acknowledged commits with the power.
            try connections.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
        } catch {
            throw Self.plain(error)
        }
    }

    /// Runs `body` on the one writing thread, outside any transaction.
    func write(_ body: @escaping @Sendable (SQLiteHandle) -> Void) {
        connections.asyncWriteWithoutTransaction { database in
            guard let raw = database.sqliteConnection else { return }
            body(SQLiteHandle(raw: raw, database: database))
        }
    }

    /// Runs `body` on a reading thread, inside a transaction that cannot write.
    func read(_ body: @escaping @Sendable (Result<SQLiteHandle, SQLiteError>) -> Void) {
        connections.asyncRead { result in
            switch result {
            case .success(let database):
                guard let raw = database.sqliteConnection else {
                    body(.failure(SQLiteError(code: SQLITE_MISUSE, message: "closed")))
                    return
                }
                body(.success(SQLiteHandle(raw: raw, database: database)))
            case .failure(let error):
                body(.failure(Self.plain(error)))
            }
        }
    }

    /// Waits for all work to end and closes every connection; blocks.
    func close() throws(SQLiteError) {
        do { try connections.close() } catch { throw Self.plain(error) }
    }

    fileprivate static func plain(_ error: any Error) -> SQLiteError {
        guard let error = error as? DatabaseError else {
            return SQLiteError(code: SQLITE_ERROR, message: String(describing: error))
        }
        return SQLiteError(
            code: error.extendedResultCode.rawValue, message: error.message ?? "no message")
    }
}

/// One connection on its own thread; never kept past the work that got it.
struct SQLiteHandle {
    let raw: OpaquePointer
    fileprivate let database: Database

    /// A prepared statement, alive as long as this value.
    struct Prepared {
        let raw: OpaquePointer
        private let owner: Statement

        fileprivate init(_ statement: Statement) {
            raw = statement.sqliteStatement
            owner = statement
        }

        /// Runs `body` while the statement is surely alive, and clears it afterwards.
        func use<T, Failure: Error>(
            _ body: (OpaquePointer) throws(Failure) -> T
        ) throws(Failure) -> T {
            defer {
                sqlite3_reset(raw)
                sqlite3_clear_bindings(raw)
                withExtendedLifetime(owner) {}
            }
            return try body(raw)
        }
    }

    /// Prepares a statement; one that `isKept` stays prepared for the connection's life.
    func prepare(_ sql: String, isKept: Bool) throws(SQLiteError) -> Prepared {
        do {
            return Prepared(
                isKept
                    ? try database.cachedStatement(sql: sql)
                    : try database.makeStatement(sql: sql))
        } catch {
            throw SQLiteStore.plain(error)
        }
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(raw) == 0 }

    /// True when a deferred foreign key is violated now, which would fail the commit.
    var hasOpenForeignKey: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(raw, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// Runs a constant statement of the driver's own.
    func run(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(raw, sql, nil, nil, nil) == SQLITE_OK else { throw lastError() }
    }

    func lastError() -> SQLiteError {
        SQLiteError(
            code: sqlite3_extended_errcode(raw), message: String(cString: sqlite3_errmsg(raw)))
    }
}
