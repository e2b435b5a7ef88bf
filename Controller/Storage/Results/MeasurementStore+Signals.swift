import Database
package import FleetModel

/// How the host was during each repetition.
extension MeasurementStore {
    package struct Signal: Hashable, Sendable {
        package let role: RevisionRole?
        /// Nil where the agent did not say.
        package let benchmark: String?
        package let parameters: Parameters
        package let iteration: Int64?
        package let validity: Validity
        /// The worst first.
        package let reasons: [String]
        /// By name, in the unit that the name ends in.
        package let values: [String: Double]
        /// Who else used processors, the most first; empty unless that was too much.
        package let others: [Other]

        /// A control group of the host, and the processor time that it used meanwhile.
        package struct Other: Hashable, Sendable {
            package let group: String
            package let milliseconds: Double

            package init(group: String, milliseconds: Double) {
                self.group = group
                self.milliseconds = milliseconds
            }
        }

        package init(
            role: RevisionRole?, benchmark: String?, parameters: Parameters, iteration: Int64?,
            validity: Validity, reasons: [String], values: [String: Double],
            others: [Other] = []
        ) {
            self.role = role
            self.benchmark = benchmark
            self.parameters = parameters
            self.iteration = iteration
            self.validity = validity
            self.reasons = reasons
            self.values = values
            self.others = others
        }
    }

    static func insert(
        _ signal: Signal, _ number: Int64, _ attempt: AttemptID, _ connection: any Connection
    ) throws {
        let values = signal.values.filter { $0.value.isFinite }.sorted { $0.key < $1.key }
            .map { "\(JSONText.quoted($0.key)):\($0.value)" }.joined(separator: ",")
        _ = try connection.execute(
            """
            INSERT INTO sample_signal (attempt_id, number, role, benchmark, params, iteration,
                validity, reasons, signals, others)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (attempt_id, number) DO NOTHING
            """,
            [
                .id(attempt), .integer(number), .word(signal.role), .text(signal.benchmark),
                .parameters(signal.parameters), .integer(signal.iteration),
                .word(signal.validity), .textList(signal.reasons),
                .text("{\(values)}"),
                .textList(
                    signal.others.filter(\.milliseconds.isFinite)
                        .map { "\($0.milliseconds) \($0.group)" }),
            ])
    }

    /// In the order in which they were taken, in one transaction.
    package func signals(of attempt: AttemptID, limit: Int) async throws -> [Signal] {
        try await database.transaction(.read) { connection in
            try connection.query(
                "SELECT * FROM sample_signal WHERE attempt_id = $1 ORDER BY number LIMIT $2",
                [.id(attempt), .integer(Int64(limit))]
            ).map { row in
                Signal(
                    role: try row.optionalWord("role"),
                    benchmark: try row.optionalText("benchmark"),
                    parameters: try row.parameters("params"),
                    iteration: try row.optionalInteger("iteration"),
                    validity: try row.word("validity"), reasons: try row.textList("reasons"),
                    values: try row.numbers("signals"),
                    others: try row.textList("others").compactMap { Signal.Other($0) })
            }
        }
    }
}

extension MeasurementStore.Signal.Other {
    /// `12.5 system.slice/cron.service`, as it is stored.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Double(parts[0]) else { return nil }
        self.init(group: String(parts[1]), milliseconds: milliseconds)
    }
}
