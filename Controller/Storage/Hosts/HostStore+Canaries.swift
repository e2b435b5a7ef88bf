import Database
package import FleetModel

/// What hosts' canaries came to. They gate a host and change nothing that it measured.
extension HostStore {
    /// Older ones are removed as new ones come.
    private static let canariesKept: Int64 = 20_000

    /// Keeps the results and what they say of the host, in one transaction. A host that takes work
    /// and reports `quarantine` takes none any more. The same results of an attempt again change
    /// nothing.
    ///
    /// `attempt`: nil for all canaries, run outside of any; they answer whoever asked for them.
    /// - Returns: the host's state.
    package func take(
        _ results: [CanaryResult], of host: HostID, attempt: AttemptID?,
        calibration: HostCalibration? = nil
    ) async throws -> HostState {
        try await database.transaction(.write(.ordinary)) { connection in
            let sql = "SELECT \(HostRecord.columns) FROM host WHERE id = $1" + connection.forUpdate
            guard let row = try connection.query(sql, [.id(host)]).first else {
                throw StoreFailure.notFound("host \(host)")
            }
            let record = try HostRecord(row)
            var isNew = false
            for (place, result) in results.enumerated() {
                let count = try Self.insert(
                    result, (host, attempt, attempt == nil ? nil : Int64(place)), connection)
                isNew = isNew || count > 0
            }
            guard isNew else { return record.state }
            try Self.update(host, connection)
            if attempt == nil { try Self.answer(host, calibration, connection) }
            guard let bad = results.first(where: { $0.state == .quarantine }) else {
                return record.state
            }
            return try Self.quarantine(
                host, from: [.active, .calibrating], by: "canary",
                because: bad.reason ?? "\(bad.name) deviates", connection)
        }
    }

    private static func insert(
        _ result: CanaryResult, _ of: (host: HostID, attempt: AttemptID?, place: Int64?),
        _ connection: any Connection
    ) throws -> Int {
        try connection.execute(
            """
            INSERT INTO canary_result (host_id, number, at_us, name, attempt_id, place, runs,
                median, mad, instructions, z, low, high, state, reason)
            VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM canary_result WHERE host_id = $1),
                $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (attempt_id, place) DO NOTHING
            """,
            [
                .id(of.host), .time(try connection.now()), .text(result.name), .id(of.attempt),
                .integer(of.place), .integer(result.runs), .real(result.median),
                .real(result.mad), .integer(result.instructions), .real(result.z),
                .real(result.limits?.lowerBound), .real(result.limits?.upperBound),
                .word(result.state), .text(result.reason),
            ])
    }

    private static func answer(
        _ host: HostID, _ calibration: HostCalibration?, _ connection: any Connection
    ) throws {
        _ = try connection.execute(
            "UPDATE host SET canary_wanted_us = NULL WHERE id = $1", [.id(host)])
        guard let calibration else { return }
        _ = try connection.execute(
            """
            UPDATE host SET noise_floor_rel = $2, counter_overhead_rel = $3 WHERE id = $1
            """,
            [.id(host), .real(calibration.noiseFloor), .real(calibration.counterOverhead)])
    }

    /// Asks the host for all canaries as soon as it has no work, in one transaction; asking again
    /// before they came changes nothing.
    /// - Returns: since when they are wanted.
    /// - Throws: `StoreFailure` `notFound`, or `hostNotClaimable` for a host that has no agent to
    ///   run them: one that is pending or retired.
    package func askForCanaries(
        _ host: HostID, auditedAs actor: String? = nil
    ) async throws -> ServerTime {
        try await database.transaction(.write(.ordinary)) { connection in
            let sql = "SELECT \(HostRecord.columns) FROM host WHERE id = $1" + connection.forUpdate
            guard let row = try connection.query(sql, [.id(host)]).first else {
                throw StoreFailure.notFound("host \(host)")
            }
            let record = try HostRecord(row)
            if [.pending, .retired].contains(record.state) {
                throw StoreFailure.hostNotClaimable(record.state)
            }
            if let wanted = record.canary.wantedAt { return wanted }
            let now = try connection.now()
            _ = try connection.execute(
                "UPDATE host SET canary_wanted_us = $2, version = version + 1 WHERE id = $1",
                [.id(host), .time(now)])
            try connection.notify(WorkChannel.queue, record.hostClass)
            if let actor {
                try Self.note("canary", host, ["name": record.name], by: actor, connection)
            }
            return now
        }
    }

    /// The host stands by the worst of the newest result of each canary.
    private static func update(_ host: HostID, _ connection: any Connection) throws {
        let states = try connection.query(
            """
            SELECT state FROM canary_result AS newest WHERE host_id = $1 AND number = (
                SELECT MAX(number) FROM canary_result WHERE host_id = $1 AND name = newest.name)
            """, [.id(host)]
        ).map { row -> CanaryResult.State in try row.word("state") }
        let worst = states.max { $0.weight < $1.weight } ?? .unknown
        _ = try connection.execute(
            "UPDATE host SET canary_state = $2, canary_checked_us = $3 WHERE id = $1",
            [.id(host), .word(worst), .time(try connection.now())])
        _ = try connection.execute(
            """
            DELETE FROM canary_result WHERE host_id = $1 AND number <= (
                SELECT MAX(number) FROM canary_result WHERE host_id = $1) - $2
            """, [.id(host), .integer(canariesKept)])
    }

    /// Newest first, in one transaction.
    package func canaries(of host: HostID, limit: Int) async throws -> [CanaryResult] {
        try await rows(
            "SELECT * FROM canary_result WHERE host_id = $1 ORDER BY number DESC LIMIT $2",
            [.id(host), .integer(Int64(limit))]
        ).map { try CanaryResult($0) }
    }
}
