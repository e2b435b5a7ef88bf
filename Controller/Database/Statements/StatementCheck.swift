/// Refuses, before a store sees them, statements and values that the stores would treat apart.
package enum StatementCheck {
    /// Statements that belong to the drivers: they would end or leave the transaction.
    private static let refusedKeywords: Set<String> = [
        "abort", "analyze", "attach", "begin", "commit", "copy", "deallocate", "detach", "end",
        "listen", "notify", "pragma", "prepare", "release", "rollback", "savepoint", "start",
        "unlisten", "vacuum",
    ]

    /// Checks one statement's text.
    /// - Returns: how many values it binds: the highest `$n`, all lower ones being used too.
    package static func text(_ sql: String) throws(DatabaseFailure) -> Int {
        guard sql.utf8.count <= DatabaseLimits.statementBytes else {
            throw .tooLong(what: "a statement of \(sql.utf8.count) bytes")
        }
        let bytes = [UInt8](sql.utf8)
        guard !bytes.contains(0) else { throw .invalidText(where: "the statement's text") }
        let tokens = SQLScanner.tokens(of: bytes).filter { $0.kind != .comment }
        guard let first = tokens.first else { throw refusal("an empty statement", sql) }
        let keyword = String(decoding: bytes[first.range], as: UTF8.self).lowercased()
        guard !refusedKeywords.contains(keyword) else {
            throw refusal("\(keyword) is the driver's to say", sql)
        }
        return try placeholders(of: tokens, in: sql)
    }

    private static func placeholders(
        of tokens: [SQLToken], in sql: String
    ) throws(DatabaseFailure) -> Int {
        var numbers: Set<Int> = []
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .placeholder(let number?): numbers.insert(number)
            case .placeholder(nil), .questionMark: throw refusal("binds are $1, $2, …", sql)
            case .semicolon where index < tokens.count - 1:
                throw refusal("more than one statement", sql)
            default: break
            }
        }
        let highest = numbers.max() ?? 0
        guard highest <= DatabaseLimits.binds else { throw .tooLong(what: "\(highest) binds") }
        guard numbers.count == highest else { throw refusal("a bind number is left out", sql) }
        return highest
    }

    /// Checks that the values fit a statement that binds `expected` of them.
    package static func binds(
        _ binds: [DatabaseValue], expected: Int, sql: String
    ) throws(DatabaseFailure) {
        guard binds.count == expected else {
            throw refusal("\(binds.count) values for \(expected) binds", sql)
        }
        for (index, bind) in binds.enumerated() {
            try value(bind, at: .bind(index + 1))
        }
    }

    /// Checks the shape and the values of a bulk insert.
    package static func bulk(
        table: String, columns: [String], rows: [[DatabaseValue]]
    ) throws(DatabaseFailure) {
        let sql = "bulk insert into \(table)"
        guard !columns.isEmpty, Set(columns).count == columns.count else {
            throw refusal("columns must be named, each once", sql)
        }
        for name in [table] + columns where !isIdentifier(name) {
            throw refusal("\(name.debugDescription.prefix(80)) is not an identifier", sql)
        }
        for (index, row) in rows.enumerated() {
            guard row.count == columns.count else {
                throw refusal("row \(index) has \(row.count) values", sql)
            }
            for (place, cell) in row.enumerated() {
                try value(cell, at: .cell(row: index, column: columns[place]))
            }
        }
    }

    /// Checks a message before it is queued.
    package static func notification(
        _ channel: String, _ payload: String
    ) throws(DatabaseFailure) {
        guard isIdentifier(channel) else {
            throw refusal("\(channel.debugDescription.prefix(80)) is not a channel", "notify")
        }
        guard payload.utf8.count <= DatabaseLimits.payloadBytes else {
            throw .tooLong(what: "a notification of \(payload.utf8.count) bytes")
        }
        guard !payload.utf8.contains(0) else { throw .invalidText(where: "a notification") }
    }

    /// Lower-case letters, digits and `_`, not a digit first, at most 63 bytes.
    package static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 63 else { return false }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        return !isDigit(first)
            && name.utf8.allSatisfy { byte in
                isDigit(byte) || byte == UInt8(ascii: "_")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    private enum Place {
        case bind(Int)
        case cell(row: Int, column: String)

        var name: String {
            switch self {
            case .bind(let number): "$\(number)"
            case .cell(let row, let column): "row \(row), column \(column)"
            }
        }
    }

    private static func value(_ value: DatabaseValue, at place: Place) throws(DatabaseFailure) {
        if case .real(let number) = value, !number.isFinite { throw .notFinite(where: place.name) }
        if case .text(let text) = value, text.utf8.contains(0) {
            throw .invalidText(where: place.name)
        }
        guard value.sizeBytes <= DatabaseLimits.valueBytes else {
            throw .tooLong(what: "\(place.name) of \(value.sizeBytes) bytes")
        }
    }

    private static func refusal(_ message: String, _ sql: String) -> DatabaseFailure {
        .statement(code: "refused", message: message, sql: DatabaseFailure.excerpt(sql))
    }
}
