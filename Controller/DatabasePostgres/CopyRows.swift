import CLibPQ
import Database

/// Rows in the binary form of COPY.
/// Source: PostgreSQL documentation, COPY, "Binary Format".
struct CopyRows {
    let sql: String
    private let table: String
    private let columns: [String]
    private let types: [Oid]
    private let rows: [[DatabaseValue]]

    private static let header: [UInt8] =
        [UInt8]("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
    private static let chunkBytes = 64 << 10

    /// The types are the columns', which the binary form must match exactly.
    init(_ table: String, _ columns: [String], _ types: [Oid], _ rows: [[DatabaseValue]]) {
        sql = "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
        self.table = table
        self.columns = columns
        self.types = types
        self.rows = rows
    }

    /// Gives the rows to `put` in chunks; it answers false when the connection failed.
    func send(_ put: ([UInt8]) -> Bool) throws(DatabaseFailure) {
        var chunk = Self.header
        for row in rows {
            try append(row, to: &chunk)
            if chunk.count >= Self.chunkBytes {
                try Self.flush(&chunk, put)
            }
        }
        BinaryValue.append(Int16(-1), to: &chunk)
        try Self.flush(&chunk, put)
    }

    private static func flush(
        _ chunk: inout [UInt8], _ put: ([UInt8]) -> Bool
    ) throws(DatabaseFailure) {
        guard put(chunk) else { throw .unavailable(reason: "the connection broke during COPY") }
        chunk.removeAll(keepingCapacity: true)
    }

    private func append(_ row: [DatabaseValue], to chunk: inout [UInt8]) throws(DatabaseFailure) {
        BinaryValue.append(Int16(truncatingIfNeeded: columns.count), to: &chunk)
        for (index, value) in row.enumerated() {
            guard value != .null else {
                BinaryValue.append(Int32(-1), to: &chunk)
                continue
            }
            let start = chunk.count
            BinaryValue.append(Int32(0), to: &chunk)
            guard append(value, as: types[index], to: &chunk) else {
                throw .wrongType(
                    column: "\(table).\(columns[index])", expected: "type \(types[index])",
                    found: value.kind)
            }
            let length = Int32(chunk.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { bytes in
                chunk.replaceSubrange(start..<start + 4, with: bytes)
            }
        }
    }

    /// False when the value does not fit the type.
    private func append(_ value: DatabaseValue, as type: Oid, to chunk: inout [UInt8]) -> Bool {
        switch (value, type) {
        case (.integer, BinaryValue.TypeCode.int8), (.real, BinaryValue.TypeCode.float8),
            (.blob, BinaryValue.TypeCode.bytea):
            BinaryValue.append(value, to: &chunk)
        case (.text, _) where BinaryValue.TypeCode.textual.contains(type):
            BinaryValue.append(value, to: &chunk)
        case (.integer(let integer), BinaryValue.TypeCode.float8):
            guard let real = Double(exactly: integer) else { return false }
            BinaryValue.append(.real(real), to: &chunk)
        case (.integer(let integer), BinaryValue.TypeCode.int4):
            guard let small = Int32(exactly: integer) else { return false }
            BinaryValue.append(small, to: &chunk)
        default:
            return false
        }
        return true
    }
}
