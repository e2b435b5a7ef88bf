import Database
import GRDBSQLite

/// A connection to SQLite inside one transaction body.
final class SQLiteConnection: Connection {
    let dialect = Dialect.sqlite
    /// Bytes bound so far, which bound the writer's groups.
    private(set) var boundBytes = 0
    /// Messages to send once the commit has succeeded, each once.
    private(set) var notifications: [DatabaseNotification] = []

    private let handle: SQLiteHandle
    private let context: SQLiteContext
    private let gate: TransactionGate
    private let watch: StatementWatch
    private let isReadOnly: Bool

    init(
        _ handle: SQLiteHandle, _ context: SQLiteContext, cancellation: CancellationFlag,
        isReadOnly: Bool
    ) {
        self.handle = handle
        self.context = context
        self.isReadOnly = isReadOnly
        gate = TransactionGate(cancellation: cancellation)
        watch = StatementWatch(cancellation: cancellation, timeout: context.statementTimeout)
    }

    /// Runs the body and refuses the connection's use afterwards.
    /// - Throws: what the body throws, or the failure of a statement that it swallowed.
    func run<T>(_ body: (any Connection) throws -> T) throws -> T {
        defer { gate.end() }
        let value = try body(self)
        if let failure = gate.failure { throw failure }
        return value
    }

    func query(_ sql: String, _ binds: [DatabaseValue]) throws(DatabaseFailure) -> [Row] {
        try gate.run { () throws(DatabaseFailure) in
            var rows: [Row] = []
            var shape: Row.Shape?
            try perform(sql, binds) { statement throws(DatabaseFailure) in
                guard rows.count < DatabaseLimits.rows else {
                    throw .tooLong(what: "a result of over \(DatabaseLimits.rows) rows")
                }
                let known = shape ?? statement.shape()
                shape = known
                rows.append(Row(shape: known, values: try statement.values(known)))
            }
            return rows
        }
    }

    func execute(_ sql: String, _ binds: [DatabaseValue]) throws(DatabaseFailure) -> Int {
        try gate.run { () throws(DatabaseFailure) in
            let before = sqlite3_total_changes64(handle.raw)
            try perform(sql, binds) { _ in }
            let hasChanged = sqlite3_total_changes64(handle.raw) != before
            return hasChanged ? Int(sqlite3_changes64(handle.raw)) : 0
        }
    }

    func bulkInsert(
        into table: String, columns: [String], rows: [[DatabaseValue]]
    ) throws(DatabaseFailure) {
        try gate.run { () throws(DatabaseFailure) in
            try StatementCheck.bulk(table: table, columns: columns, rows: rows)
            let binds = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
            let names = columns.joined(separator: ", ")
            let sql = "INSERT INTO \(table) (\(names)) VALUES (\(binds))"
            for row in rows { try perform(sql, row) { _ in } }
        }
    }

    func notify(_ channel: String, _ payload: String) throws(DatabaseFailure) {
        try gate.run { () throws(DatabaseFailure) in
            guard !isReadOnly else { throw .readOnly(sql: "notify \(channel)") }
            try StatementCheck.notification(channel, payload)
            let notification = DatabaseNotification(channel: channel, payload: payload)
            if !notifications.contains(notification) { notifications.append(notification) }
        }
    }

    func nowMicroseconds() throws(DatabaseFailure) -> Int64 {
        try gate.run { () throws(DatabaseFailure) in context.clock() }
    }

    /// Steps one statement to its end and shows each row.
    private func perform(
        _ sql: String, _ binds: [DatabaseValue],
        _ row: (SQLiteStatement) throws(DatabaseFailure) -> Void
    ) throws(DatabaseFailure) {
        let (expected, isKept) = try context.texts.check(sql)
        try StatementCheck.binds(binds, expected: expected, sql: sql)
        boundBytes += binds.reduce(0) { $0 + $1.sizeBytes }
        let prepared = try prepare(sql, isKept: isKept)
        try prepared.use { raw throws(DatabaseFailure) in
            let statement = SQLiteStatement(raw: raw, sql: sql)
            try statement.bind(binds)
            try watch.around(handle.raw) { () throws(DatabaseFailure) in
                while try step(statement) { try row(statement) }
            }
        }
    }

    private func prepare(
        _ sql: String, isKept: Bool
    ) throws(DatabaseFailure) -> SQLiteHandle.Prepared {
        do throws(SQLiteError) {
            return try handle.prepare(sql, isKept: isKept)
        } catch {
            throw SQLiteFailure.of(error, sql, on: handle)
        }
    }

    /// - Returns: whether there is a row.
    private func step(_ statement: SQLiteStatement) throws(DatabaseFailure) -> Bool {
        switch sqlite3_step(statement.raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            if let verdict = watch.verdict { throw verdict }
            let error = handle.lastError()
            sqlite3_reset(statement.raw)
            throw SQLiteFailure.of(error, statement.sql, on: handle)
        }
    }
}

/// What all connections of one database share.
struct SQLiteContext: Sendable {
    let texts = RecentTexts()
    let statementTimeout: Duration
    let clock: @Sendable () -> Int64
}
