import CLibPQ
import Database

/// Owns one result of libpq's and clears it once.
struct PostgresResult: ~Copyable {
    /// Nil when libpq had no memory or lost the connection before any answer.
    private let raw: OpaquePointer?

    init(adopting raw: OpaquePointer?) { self.raw = raw }
    deinit { PQclear(raw) }

    var status: ExecStatusType { PQresultStatus(raw) }
    var isSuccess: Bool {
        status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
    }
    var rowCount: Int { Int(PQntuples(raw)) }
    /// Such as `INSERT 0 3`.
    var commandTag: String { PQcmdStatus(raw).map { String(cString: $0) } ?? "" }
    var columnTypes: [Oid] { (0..<PQnfields(raw)).map { PQftype(raw, $0) } }

    /// Rows that an INSERT, UPDATE or DELETE touched; 0 for other statements.
    var changedRows: Int {
        let words = commandTag.split(separator: " ")
        guard let verb = words.first, ["INSERT", "UPDATE", "DELETE"].contains(verb) else {
            return 0
        }
        return words.last.flatMap { Int($0) } ?? 0
    }

    func rows() throws(DatabaseFailure) -> [Row] {
        guard rowCount <= DatabaseLimits.rows else {
            throw .tooLong(what: "a result of \(rowCount) rows")
        }
        let names = (0..<PQnfields(raw)).map { index in
            PQfname(raw, index).map { String(cString: $0) } ?? ""
        }
        let shape = Row.Shape(columns: names)
        let types = columnTypes
        var rows: [Row] = []
        rows.reserveCapacity(rowCount)
        for row in 0..<PQntuples(raw) {
            var values: [DatabaseValue] = []
            values.reserveCapacity(types.count)
            for (column, type) in types.enumerated() {
                values.append(try value(row, Int32(column), type, names[column]))
            }
            rows.append(Row(shape: shape, values: values))
        }
        return rows
    }

    private func value(
        _ row: Int32, _ column: Int32, _ type: Oid, _ name: String
    ) throws(DatabaseFailure) -> DatabaseValue {
        guard PQgetisnull(raw, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(raw, row, column), count: Int(PQgetlength(raw, row, column)))
        return try BinaryValue.decode(bytes, type: type, column: name)
    }

    /// What went wrong, by the result or, where there is none, by the connection.
    func failure(_ sql: String, on connection: OpaquePointer?) -> DatabaseFailure {
        let fields = PostgresFailure.Fields(
            state: field("C") ?? "",
            message: field("M")
                ?? PQerrorMessage(connection).map { String(cString: $0) } ?? "no answer",
            detail: field("D"), table: field("t"), column: field("c"), constraint: field("n"))
        let isLost = PQstatus(connection) != CONNECTION_OK
        return PostgresFailure.of(fields, sql, isConnectionLost: isLost)
    }

    /// A field of the error; the codes are the `PG_DIAG_…` letters of `postgres_ext.h`.
    private func field(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(raw, Int32(code.value)).map { String(cString: $0) }
    }
}
