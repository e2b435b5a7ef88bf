import Database
import GRDBSQLite

/// Binds, steps and reads one prepared statement.
struct SQLiteStatement {
    let raw: OpaquePointer
    let sql: String

    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Binds by the number in each name: SQLite gives `$2`, seen first, the index 1.
    func bind(_ values: [DatabaseValue]) throws(DatabaseFailure) {
        let count = sqlite3_bind_parameter_count(raw)
        guard count > 0 else { return }
        for index in 1...count {
            guard let name = sqlite3_bind_parameter_name(raw, index), name.pointee == 0x24,
                let number = Int(String(cString: name + 1)), values.indices.contains(number - 1)
            else {
                throw .statement(
                    code: "refused", message: "binds are $1, $2, …",
                    sql: DatabaseFailure.excerpt(sql))
            }
            try bind(values[number - 1], at: index)
        }
    }

    private func bind(_ value: DatabaseValue, at index: Int32) throws(DatabaseFailure) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(raw, index)
            case .integer(let integer): sqlite3_bind_int64(raw, index, integer)
            case .real(let real): sqlite3_bind_double(raw, index, real)
            case .text(let text): bind(text, at: index)
            case .blob(let bytes): bind(bytes, at: index)
            }
        if code == SQLITE_TOOBIG { throw .tooLong(what: "bind \(index)") }
        guard code == SQLITE_OK else {
            throw .statement(
                code: String(code), message: "bind \(index) was refused",
                sql: DatabaseFailure.excerpt(sql))
        }
    }

    private func bind(_ text: String, at index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress else {
                    return sqlite3_bind_text(raw, index, "", 0, Self.transient)
                }
                return sqlite3_bind_text(
                    raw, index, base, Int32(characters.count), Self.transient)
            }
        }
    }

    private func bind(_ bytes: [UInt8], at index: Int32) -> Int32 {
        // A nil pointer would bind NULL.
        if bytes.isEmpty { return sqlite3_bind_zeroblob(raw, index, 0) }
        return bytes.withUnsafeBytes { buffer in
            sqlite3_bind_blob(
                raw, index, buffer.baseAddress, Int32(buffer.count), Self.transient)
        }
    }

    /// The columns' names; valid after the first step, which may prepare the statement anew.
    func shape() -> Row.Shape {
        Row.Shape(
            columns: (0..<sqlite3_column_count(raw)).map { index in
                sqlite3_column_name(raw, index).map { String(cString: $0) } ?? ""
            })
    }

    /// The current row's values.
    func values(_ shape: Row.Shape) throws(DatabaseFailure) -> [DatabaseValue] {
        var values: [DatabaseValue] = []
        values.reserveCapacity(shape.columns.count)
        for index in shape.columns.indices {
            guard let value = value(at: Int32(index)) else {
                throw .invalidText(where: "column \(shape.columns[index])")
            }
            values.append(value)
        }
        return values
    }

    /// Nil for text that PostgreSQL could not have held.
    private func value(at index: Int32) -> DatabaseValue? {
        switch sqlite3_column_type(raw, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(raw, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(raw, index))
        case SQLITE_TEXT:
            let base = sqlite3_column_text(raw, index)
            let count = Int(sqlite3_column_bytes(raw, index))
            let bytes = UnsafeBufferPointer(start: base, count: base == nil ? 0 : count)
            guard !bytes.contains(0) else { return nil }
            return String(validating: bytes, as: UTF8.self).map { .text($0) }
        case SQLITE_BLOB:
            let base = sqlite3_column_blob(raw, index)
            let count = Int(sqlite3_column_bytes(raw, index))
            return .blob(
                [UInt8](UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count)))
        default: return .null
        }
    }
}
