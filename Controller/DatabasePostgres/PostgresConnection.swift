import CLibPQ
import Database

/// A connection to PostgreSQL inside one transaction body.
final class PostgresConnection: Connection {
    let dialect = Dialect.postgres
    private let link: PostgresLink
    private let texts: RecentTexts
    private let gate: TransactionGate
    private let cancellation: CancellationFlag
    private let isReadOnly: Bool

    init(
        _ link: PostgresLink, _ texts: RecentTexts, _ cancellation: CancellationFlag,
        isReadOnly: Bool
    ) {
        self.link = link
        self.texts = texts
        self.cancellation = cancellation
        self.isReadOnly = isReadOnly
        gate = TransactionGate(cancellation: cancellation)
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
            try perform(sql, binds).rows()
        }
    }

    func execute(_ sql: String, _ binds: [DatabaseValue]) throws(DatabaseFailure) -> Int {
        try gate.run { () throws(DatabaseFailure) in
            try perform(sql, binds).changedRows
        }
    }

    func bulkInsert(
        into table: String, columns: [String], rows: [[DatabaseValue]]
    ) throws(DatabaseFailure) {
        try gate.run { () throws(DatabaseFailure) in
            try StatementCheck.bulk(table: table, columns: columns, rows: rows)
            let names = columns.joined(separator: ", ")
            let types = try perform("SELECT \(names) FROM \(table) LIMIT 0", []).columnTypes
            try naming { () throws(DatabaseFailure) in
                try link.copy(CopyRows(table, columns, types, rows))
            }
        }
    }

    func notify(_ channel: String, _ payload: String) throws(DatabaseFailure) {
        try gate.run { () throws(DatabaseFailure) in
            guard !isReadOnly else { throw .readOnly(sql: "notify \(channel)") }
            try StatementCheck.notification(channel, payload)
            _ = try perform("SELECT pg_notify($1, $2)", [.text(channel), .text(payload)])
        }
    }

    func nowMicroseconds() throws(DatabaseFailure) -> Int64 {
        let rows = try query(
            """
            SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now_us
            """, [])
        guard let row = rows.first else { throw .missingColumn("now_us") }
        return try row.integer("now_us")
    }

    private func perform(
        _ sql: String, _ binds: [DatabaseValue]
    ) throws(DatabaseFailure) -> PostgresResult {
        let (expected, isKept) = try texts.check(sql)
        try StatementCheck.binds(binds, expected: expected, sql: sql)
        return try naming { () throws(DatabaseFailure) in
            try link.run(sql, binds, isKept: isKept)
        }
    }

    /// The server answers a cancelled statement and one over its time alike.
    private func naming<T: ~Copyable>(
        _ operation: () throws(DatabaseFailure) -> T
    ) throws(DatabaseFailure) -> T {
        do throws(DatabaseFailure) {
            return try operation()
        } catch {
            if case .timedOut = error, cancellation.isRaised { throw .cancelled }
            throw error
        }
    }
}
