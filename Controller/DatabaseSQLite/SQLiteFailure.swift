import Database
import GRDBSQLite

/// Turns SQLite's result codes into the failures that both stores share.
/// Source: SQLite documentation, "Result and Error Codes".
enum SQLiteFailure {
    /// Names a violated unique index by looking it up on `handle`; nil outside a statement.
    static func of(
        _ error: SQLiteError, _ sql: String, on handle: SQLiteHandle?
    ) -> DatabaseFailure {
        switch error.code & 0xFF {
        case SQLITE_CONSTRAINT: constraint(error, sql, on: handle)
        case SQLITE_READONLY: .readOnly(sql: DatabaseFailure.excerpt(sql))
        case SQLITE_TOOBIG: .tooLong(what: error.message)
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN,
            SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_NOMEM, SQLITE_PROTOCOL, SQLITE_PERM:
            .unavailable(reason: "\(error.message) [\(error.code)]")
        default:
            .statement(
                code: String(error.code), message: error.message,
                sql: DatabaseFailure.excerpt(sql))
        }
    }

    private static func constraint(
        _ error: SQLiteError, _ sql: String, on handle: SQLiteHandle?
    ) -> DatabaseFailure {
        let object =
            error.message.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init)
            ?? error.message
        // SQLITE_CONSTRAINT | (n << 8); the macros are expressions, which are not imported.
        switch error.code >> 8 {
        case 1: return .checkViolation(constraint: object)
        case 3: return .foreignKeyViolation(detail: DatabaseFailure.excerpt(sql))
        case 5: return .notNull(column: object)
        case 6, 10: return .uniqueViolation(constraint: table(in: object) + "_pkey")
        case 8: return .uniqueViolation(constraint: uniqueName(object, on: handle))
        default:
            return .statement(
                code: String(error.code), message: error.message,
                sql: DatabaseFailure.excerpt(sql))
        }
    }

    /// The name that PostgreSQL would report for `t.a, t.b`: the named index over these columns,
    /// or its default name for an unnamed constraint, `t_a_b_key`.
    private static func uniqueName(_ object: String, on handle: SQLiteHandle?) -> String {
        if object.hasPrefix("index '") { return String(object.dropFirst(7).dropLast()) }
        let table = table(in: object)
        let columns = object.split(separator: ", ").map { part in
            String(part.dropFirst(table.count + 1))
        }
        return handle.flatMap { namedIndex(of: table, over: columns, on: $0) }
            ?? ([table] + columns + ["key"]).joined(separator: "_")
    }

    private static func table(in object: String) -> String {
        String(object.prefix { $0 != "." })
    }

    private static func namedIndex(
        of table: String, over columns: [String], on handle: SQLiteHandle
    ) -> String? {
        let sql = """
            SELECT list.name, info.name FROM pragma_index_list($1) AS list,
                pragma_index_info(list.name) AS info
            WHERE list."unique" = 1 AND list.origin = 'c' ORDER BY list.name, info.seqno
            """
        guard let prepared = try? handle.prepare(sql, isKept: true) else { return nil }
        var indexes: [(name: String, columns: [String])] = []
        prepared.use { raw in
            let statement = SQLiteStatement(raw: raw, sql: sql)
            guard (try? statement.bind([.text(table)])) != nil else { return }
            while sqlite3_step(raw) == SQLITE_ROW {
                guard let values = try? statement.values(statement.shape()),
                    case .text(let index) = values[0], case .text(let column) = values[1]
                else { continue }
                if indexes.last?.name != index { indexes.append((index, [])) }
                indexes[indexes.count - 1].columns.append(column)
            }
        }
        return indexes.first { $0.columns == columns }?.name
    }
}
