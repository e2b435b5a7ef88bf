/// Why the database did not do what was asked; callers branch on the case.
package enum DatabaseFailure: Error, Hashable, Sendable {
    /// The store cannot be reached or cannot work now (no connection, full disk, too long a queue).
    case unavailable(reason: String)
    /// A named unique index, or PostgreSQL's default name (`job_pkey`, `job_name_key`).
    case uniqueViolation(constraint: String)
    case foreignKeyViolation(detail: String)
    case checkViolation(constraint: String)
    /// `table.column`.
    case notNull(column: String)
    /// A deadlock or a lost race: the same transaction may succeed when run again.
    case serialization(reason: String)
    /// Text with a NUL byte or with bytes that are not UTF-8.
    case invalidText(where: String)
    /// A real that is NaN or infinite.
    case notFinite(where: String)
    /// More than a limit of `DatabaseLimits` or of the store allows.
    case tooLong(what: String)
    /// The database was closed, or the connection was used after its transaction ended.
    case closed
    /// The task was cancelled before the commit.
    case cancelled
    /// A statement ran over its time limit, or waited for a lock that long.
    case timedOut(reason: String)
    /// A write in a read transaction.
    case readOnly(sql: String)
    /// An earlier statement of the transaction had failed.
    case transactionAborted
    /// The connection broke during the commit: only an idempotency key can tell the outcome.
    case commitOutcomeUnknown(reason: String)
    /// - code: SQLSTATE, or SQLite's extended result code, or `refused` when our own check said no.
    case statement(code: String, message: String, sql: String)
    case wrongType(column: String, expected: String, found: String)
    case missingColumn(String)

    /// True when the same transaction may succeed on another try and has surely not been applied.
    package var isRetryable: Bool {
        switch self {
        case .unavailable, .serialization, .timedOut: true
        default: false
        }
    }
}

extension DatabaseFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason): "database unavailable: \(reason)"
        case .uniqueViolation(let name): "a row with this key exists (\(name))"
        case .foreignKeyViolation(let detail): "a referenced row is missing or in use: \(detail)"
        case .checkViolation(let name): "a value is out of its range (\(name))"
        case .notNull(let column): "\(column) must have a value"
        case .serialization(let reason): "the transaction lost a race: \(reason)"
        case .invalidText(let place): "text with NUL or bytes that are not UTF-8 in \(place)"
        case .notFinite(let place): "a number that is not finite in \(place)"
        case .tooLong(let what): "too long: \(what)"
        case .closed: "the database is closed"
        case .cancelled: "the transaction was cancelled"
        case .timedOut(let reason): "the statement took too long: \(reason)"
        case .readOnly(let sql): "a read transaction cannot write: \(sql)"
        case .transactionAborted: "an earlier statement of the transaction failed"
        case .commitOutcomeUnknown(let reason): "not known whether it committed: \(reason)"
        case .statement(let code, let message, let sql): "\(message) [\(code)] in: \(sql)"
        case .wrongType(let column, let expected, let found):
            "column \(column) is \(found), not \(expected)"
        case .missingColumn(let column): "the result has no column \(column)"
        }
    }

    /// The start of a statement's text, for failures: one line, at most 120 characters.
    package static func excerpt(_ sql: String) -> String {
        let line = sql.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 120 ? line.prefix(119) + "…" : line
    }
}
