import CLibPQ
import Database

/// One connection of libpq's with its prepared statements; used by one thread at a time.
final class PostgresLink {
    private let raw: OpaquePointer
    private let settings: PostgresSettings
    private var prepared: [PreparedKey: PreparedStatement] = [:]
    private var useCount: UInt64 = 0
    private var nameCount: UInt64 = 0
    private var epoch: UInt64 = 0
    private var madeAt = ContinuousClock.now
    /// Lets other threads cancel this connection's statement; valid until the next reset.
    private(set) var canceller: OpaquePointer?

    private static let preparedCapacity = 512

    private struct PreparedKey: Hashable {
        let sql: String
        let types: [Oid]
    }
    private struct PreparedStatement {
        let name: String
        var lastUse: UInt64
    }

    /// Connects; blocks.
    init(_ settings: PostgresSettings) throws(DatabaseFailure) {
        guard let raw = settings.connect() else {
            throw .unavailable(reason: "out of memory while connecting")
        }
        self.raw = raw
        self.settings = settings
        // Notices would go to standard error.
        PQsetNoticeProcessor(raw, { _, _ in }, nil)
        try startSession()
    }

    deinit {
        PQfreeCancel(canceller)
        PQfinish(raw)
    }

    /// False when the connection must be reset before its next use.
    var isReady: Bool {
        PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) == PQTRANS_IDLE
            && epoch == settings.plans.current && madeAt.duration(to: .now) < settings.lifetime
    }
    var isConnected: Bool { PQstatus(raw) == CONNECTION_OK }

    /// Drops the connection and makes it again; blocks.
    func reset() throws(DatabaseFailure) {
        PQreset(raw)
        try startSession()
    }

    private func startSession() throws(DatabaseFailure) {
        prepared = [:]
        epoch = settings.plans.current
        madeAt = .now
        PQfreeCancel(canceller)
        canceller = nil
        guard isConnected else {
            let message = PQerrorMessage(raw).map { String(cString: $0) } ?? "no answer"
            throw .unavailable(
                reason: message.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        canceller = PQgetCancel(raw)
        let encoding = PQparameterStatus(raw, "server_encoding").map { String(cString: $0) }
        guard encoding == "UTF8" else {
            throw .unavailable(reason: "its encoding is \(encoding ?? "unknown"), not UTF8")
        }
        _ = try control(settings.sessionSQL)
    }

    /// Runs constant statements of the driver's own.
    /// - Returns: the last one's command tag.
    func control(_ sql: String) throws(DatabaseFailure) -> String {
        let result = PostgresResult(adopting: PQexec(raw, sql))
        guard result.isSuccess else { throw result.failure(sql, on: raw) }
        return result.commandTag
    }

    /// Runs one checked statement with binary parameters and results.
    ///
    /// One that `isKept` stays prepared on this connection.
    func run(
        _ sql: String, _ binds: [DatabaseValue], isKept: Bool
    ) throws(DatabaseFailure) -> PostgresResult {
        let types = binds.map(BinaryValue.type(of:))
        let name = isKept ? try prepare(sql, types) : nil
        let parameters = ParameterBlock(binds)
        let result = parameters.withPointers { values, lengths, formats in
            let count = Int32(binds.count)
            guard let name else {
                return PQexecParams(raw, sql, count, types, values, lengths, formats, 1)
            }
            return PQexecPrepared(raw, name, count, values, lengths, formats, 1)
        }
        guard result.isSuccess else {
            let failure = result.failure(sql, on: raw)
            if PostgresFailure.isStalePlan(failure) { settings.plans.end() }
            throw failure
        }
        return result
    }

    private func prepare(_ sql: String, _ types: [Oid]) throws(DatabaseFailure) -> String {
        useCount += 1
        let key = PreparedKey(sql: sql, types: types)
        if let name = prepared[key]?.name {
            prepared[key]?.lastUse = useCount
            return name
        }
        try dropOldest()
        nameCount += 1
        let name = "s\(nameCount)"
        let result = PostgresResult(
            adopting: PQprepare(raw, name, sql, Int32(types.count), types))
        guard result.isSuccess else { throw result.failure(sql, on: raw) }
        prepared[key] = PreparedStatement(name: name, lastUse: useCount)
        return name
    }

    private func dropOldest() throws(DatabaseFailure) {
        guard prepared.count >= Self.preparedCapacity,
            let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        prepared[oldest.key] = nil
        _ = try control("DEALLOCATE \(oldest.value.name)")
    }

    /// Streams rows into a table; blocks.
    func copy(_ rows: CopyRows) throws(DatabaseFailure) {
        let start = PostgresResult(adopting: PQexec(raw, rows.sql))
        guard start.status == PGRES_COPY_IN else { throw start.failure(rows.sql, on: raw) }
        do throws(DatabaseFailure) {
            try rows.send { chunk in
                chunk.withUnsafeBytes { bytes in
                    PQputCopyData(
                        raw, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(bytes.count)) == 1
                }
            }
        } catch {
            PQputCopyEnd(raw, "given up by the client")
            _ = finishCopy(rows.sql)
            throw error
        }
        PQputCopyEnd(raw, nil)
        if let failure = finishCopy(rows.sql) { throw failure }
    }

    /// Reads results to the end, as libpq needs before the next command.
    private func finishCopy(_ sql: String) -> DatabaseFailure? {
        var failure: DatabaseFailure?
        while let next = PQgetResult(raw) {
            let result = PostgresResult(adopting: next)
            if !result.isSuccess, failure == nil { failure = result.failure(sql, on: raw) }
            // A broken connection may go on answering the same state.
            if !isConnected { break }
        }
        return failure
    }
}
