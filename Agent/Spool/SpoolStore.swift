import AgentProtocol
import FleetModel
import FoundationEssentials
import GRDB

/// The SQLite file of one attempt. Every method is one durable transaction.
///
/// WAL with `synchronous=FULL`: a commit that returned survives kill and power cut
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>).
struct SpoolStore: Sendable {
    /// Marks the file as ours and names the shape of its tables.
    private static let schemaVersion = 2
    /// Without artifacts; it is brought up to date when it is opened.
    private static let firstVersion = 1
    private static let schema = """
        CREATE TABLE attempt (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            attempt_id TEXT NOT NULL, fence INTEGER NOT NULL,
            claim_id TEXT NOT NULL, session_id TEXT NOT NULL,
            descriptor BLOB NOT NULL, state TEXT NOT NULL,
            phase TEXT NOT NULL, progress INTEGER NOT NULL,
            done INTEGER NOT NULL, total INTEGER NOT NULL, benchmark TEXT,
            last_seq INTEGER NOT NULL, acked_seq INTEGER NOT NULL,
            log_length INTEGER NOT NULL, log_cut INTEGER NOT NULL, log_acked INTEGER NOT NULL,
            finish BLOB
        ) STRICT;
        CREATE TABLE record (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE batch (
            seq INTEGER PRIMARY KEY, body BLOB NOT NULL, digest TEXT NOT NULL
        ) STRICT;
        """

    private let queue: DatabaseQueue
    private let path: String

    init(path: String) throws(SpoolFailure) {
        self.path = path
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw Self.failure("open", path, error)
        }
    }

    /// Makes the tables and their one attempt.
    func begin(_ lease: SpoolLease, descriptor: [UInt8]) throws(SpoolFailure) {
        let progress = SpoolProgress.none
        try write("create") { database in
            try database.execute(sql: Self.schema + Self.artifactSchema)
            try database.execute(sql: "PRAGMA user_version = \(Self.schemaVersion)")
            try database.execute(
                sql: """
                    INSERT INTO attempt VALUES (1, ?, ?, ?, ?, ?, 'running', ?, 0, 0, 0, NULL,
                        0, 0, 0, 0, 0, NULL)
                    """,
                arguments: [
                    lease.attempt.text, lease.fence.number, lease.claim.text, lease.session.text,
                    Data(descriptor), progress.phase.rawValue,
                ])
        }
    }

    /// Checks the whole file and reads what is needed to go on; any damage throws.
    func load() throws(SpoolFailure) -> SpoolImage {
        try write("load") { database in
            var version = try Int.fetchOne(database, sql: "PRAGMA user_version")
            if version == Self.firstVersion {
                try database.execute(sql: Self.artifactSchema)
                try database.execute(sql: "PRAGMA user_version = \(Self.schemaVersion)")
                version = Self.schemaVersion
            }
            guard version == Self.schemaVersion else {
                throw SpoolFailure.unreadable(path: path, reason: "not a spool of this version")
            }
            let verdict = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
            guard verdict == "ok",
                let row = try Row.fetchOne(database, sql: "SELECT * FROM attempt"),
                let artifacts = try Self.artifacts(database),
                let image = SpoolImage(
                    row, sizes: try Self.sizes(database), artifacts: artifacts)
            else {
                throw SpoolFailure.unreadable(path: path, reason: verdict ?? "no attempt")
            }
            return image
        }
    }

    /// Adds records, seals batches as they fill (all of them if `sealing`), keeps the rest.
    func store(
        _ change: SpoolChange, from ledger: SpoolLedger, limits: SpoolLimits,
        digest: @Sendable ([UInt8]) -> String
    ) throws(SpoolFailure) -> SpoolLedger {
        try write("store") { database in
            var ledger = ledger
            for record in change.records {
                if !ledger.fits(record.count, in: limits) {
                    try Self.seal(&ledger, digest, in: database)
                }
                try database.execute(
                    sql: "INSERT INTO record (bytes) VALUES (?)", arguments: [Data(record)])
                ledger.add(record.count)
            }
            if change.sealing { try Self.seal(&ledger, digest, in: database) }
            try Self.update(change, ledger, in: database)
            return ledger
        }
    }

    private static func seal(
        _ ledger: inout SpoolLedger, _ digest: @Sendable ([UInt8]) -> String, in database: Database
    ) throws {
        let records = try Data.fetchAll(database, sql: "SELECT bytes FROM record ORDER BY id")
        guard !records.isEmpty else { return }
        let sequence = ledger.lastSequence + 1
        let body = BatchFrame.body(sequence: sequence, records: records.map(Array.init))
        try database.execute(
            sql: "INSERT INTO batch (seq, body, digest) VALUES (?, ?, ?)",
            arguments: [sequence, Data(body), digest(body)])
        try database.execute(sql: "DELETE FROM record")
        ledger.seal(bodyBytes: body.count)
    }

    private static func update(
        _ change: SpoolChange, _ ledger: SpoolLedger, in database: Database
    ) throws {
        let progress = change.progress
        try database.execute(
            sql: """
                UPDATE attempt SET phase = ?, progress = ?, done = ?, total = ?, benchmark = ?,
                    last_seq = ?, log_length = ?, log_cut = ?
                """,
            arguments: [
                progress.phase.rawValue, progress.progress, progress.done, progress.total,
                progress.benchmark, ledger.lastSequence, change.logLength, change.logIsCut,
            ])
    }

    func batch(after sequence: Int64) throws(SpoolFailure) -> SealedBatch? {
        do {
            return try queue.read { database in
                try Row.fetchOne(
                    database, sql: "SELECT * FROM batch WHERE seq > ? ORDER BY seq LIMIT 1",
                    arguments: [sequence]
                ).map { (row) throws(SpoolFailure) in try sealed(row) }
            }
        } catch {
            throw Self.failure("read", path, error)
        }
    }

    private func sealed(_ row: Row) throws(SpoolFailure) -> SealedBatch {
        guard let sequence = row.count("seq"), let body = row.value("body", Data.self),
            let digest = row.value("digest", String.self)
        else { throw .unreadable(path: path, reason: "a batch is damaged") }
        return SealedBatch(sequence: sequence, body: Array(body), digest: digest)
    }

    /// Gives the batch new bytes under its old number.
    func replace(_ batch: SealedBatch) throws(SpoolFailure) {
        try write("replace") { database in
            try database.execute(
                sql: "UPDATE batch SET body = ?, digest = ? WHERE seq = ?",
                arguments: [Data(batch.body), batch.digest, batch.sequence])
        }
    }

    /// Deletes what the controller holds.
    func acknowledge(
        through sequence: Int64, from ledger: SpoolLedger
    ) throws(SpoolFailure) -> SpoolLedger {
        try write("acknowledge") { database in
            try database.execute(sql: "DELETE FROM batch WHERE seq <= ?", arguments: [sequence])
            try database.execute(sql: "UPDATE attempt SET acked_seq = ?", arguments: [sequence])
            var ledger = ledger
            ledger.acknowledgedSequence = sequence
            ledger.batchBytes = try Self.sizes(database).batchBytes
            return ledger
        }
    }

    func acknowledgeLog(through length: Int64) throws(SpoolFailure) {
        try write("acknowledge") { database in
            try database.execute(sql: "UPDATE attempt SET log_acked = ?", arguments: [length])
        }
    }

    func set(_ state: SpoolState, finish: [UInt8]? = nil) throws(SpoolFailure) {
        try write("state") { database in
            try database.execute(
                sql: "UPDATE attempt SET state = ?, finish = coalesce(?, finish)",
                arguments: [state.rawValue, finish.map { Data($0) }])
        }
    }

    func renew(session: SessionID) throws(SpoolFailure) {
        try write("session") { database in
            try database.execute(
                sql: "UPDATE attempt SET session_id = ?", arguments: [session.text])
        }
    }

    func close() throws(SpoolFailure) {
        do { try queue.close() } catch { throw Self.failure("close", path, error) }
    }

    private static func sizes(_ database: Database) throws -> SpoolSizes {
        let tail = try Row.fetchOne(
            database, sql: "SELECT count(*) AS n, coalesce(sum(length(bytes)), 0) AS b FROM record")
        let batches = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*) AS n, coalesce(sum(length(body)), 0) AS b,
                    min(seq) AS first, max(seq) AS last FROM batch
                """)
        return SpoolSizes(
            tailRecords: tail?.value("n", Int.self) ?? 0,
            tailBytes: tail?.value("b", Int.self) ?? 0, batches: batches?.count("n") ?? 0,
            batchBytes: batches?.count("b") ?? 0,
            firstSequence: batches?.value("first", Int64.self),
            lastSequence: batches?.value("last", Int64.self))
    }

    func write<Value>(
        _ operation: String, _ body: (Database) throws -> Value
    ) throws(SpoolFailure) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw Self.failure(operation, path, error)
        }
    }

    private static func failure(
        _ operation: String, _ path: String, _ error: any Error
    ) -> SpoolFailure {
        if let failure = error as? SpoolFailure { return failure }
        guard let error = error as? DatabaseError else {
            return .storage(operation: operation, path: path, reason: "\(error)")
        }
        let reason = error.message ?? "SQLite result \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: return .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .unreadable(path: path, reason: reason)
        case .SQLITE_ERROR where operation == "load":
            return .unreadable(path: path, reason: reason)
        default: return .storage(operation: operation, path: path, reason: reason)
        }
    }
}
