import Database

/// Turns SQLSTATEs into the failures that both stores share.
/// Source: PostgreSQL documentation, appendix "PostgreSQL Error Codes".
enum PostgresFailure {
    struct Fields {
        /// Empty when the server said nothing.
        let state: String
        let message: String
        let detail: String?
        let table: String?
        let column: String?
        let constraint: String?
    }

    static func of(
        _ fields: Fields, _ sql: String, isConnectionLost: Bool
    ) -> DatabaseFailure {
        if isConnectionLost { return .unavailable(reason: line(fields.message)) }
        switch fields.state.prefix(2) {
        case "23": return integrity(fields, sql)
        // Connection exceptions, too few resources, a server that goes or comes.
        case "08", "53", "58": return .unavailable(reason: line(fields.message))
        default: return other(fields, sql)
        }
    }

    private static func integrity(_ fields: Fields, _ sql: String) -> DatabaseFailure {
        let constraint = fields.constraint ?? fields.message
        switch fields.state {
        case "23505": return .uniqueViolation(constraint: constraint)
        case "23503":
            return .foreignKeyViolation(detail: fields.detail ?? line(fields.message))
        case "23514": return .checkViolation(constraint: constraint)
        case "23502":
            let column = fields.column ?? "a column"
            return .notNull(column: fields.table.map { "\($0).\(column)" } ?? column)
        default: return statement(fields, sql)
        }
    }

    private static func other(_ fields: Fields, _ sql: String) -> DatabaseFailure {
        let message = line(fields.message)
        switch fields.state {
        case "40001", "40P01": return .serialization(reason: message)
        case "0A000" where message.hasPrefix(stalePlan): return .serialization(reason: message)
        case "57P01", "57P02", "57P03": return .unavailable(reason: message)
        case "57014", "55P03": return .timedOut(reason: message)
        case "25P02": return .transactionAborted
        case "25006": return .readOnly(sql: DatabaseFailure.excerpt(sql))
        case "22021", "22P05": return .invalidText(where: DatabaseFailure.excerpt(sql))
        case "22001", "54000": return .tooLong(what: message)
        default: return statement(fields, sql)
        }
    }

    private static let stalePlan = "cached plan must not change result type"

    /// True when the statement was prepared before the schema changed; the next try prepares it
    /// anew.
    static func isStalePlan(_ failure: DatabaseFailure) -> Bool {
        guard case .serialization(let reason) = failure else { return false }
        return reason.hasPrefix(stalePlan)
    }

    private static func statement(_ fields: Fields, _ sql: String) -> DatabaseFailure {
        .statement(
            code: fields.state, message: line(fields.message), sql: DatabaseFailure.excerpt(sql))
    }

    private static func line(_ message: String) -> String {
        message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
