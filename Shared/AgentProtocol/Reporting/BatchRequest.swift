/// A numbered piece of an attempt's report; numbers rise from 1 without gaps.
package struct BatchRequest: Codable, Sendable, Equatable {
    package static let schemaName = "fleetmark.batch.v1"

    package let schema: String
    package let sequence: Int64
    /// In order of happening.
    package let records: [BatchRecord]

    package init(sequence: Int64, records: [BatchRecord]) {
        schema = Self.schemaName
        self.sequence = sequence
        self.records = records
    }

    /// Decodes and validates the plain (uncompressed) body of a batch.
    ///
    /// Records of unknown type are kept as `unknown`; unknown fields are ignored.
    package static func decode(
        bytes: some Collection<UInt8>, limits: ProtocolLimits
    ) throws(RecordProblem) -> BatchRequest {
        guard bytes.count <= limits.largestPlainBatch else {
            throw RecordProblem(
                .batchTooLarge, "The batch is longer than \(limits.largestPlainBatch) bytes.")
        }
        let batch: BatchRequest
        do throws(MessageProblem) {
            batch = try WireCodec.shape(Self.self, from: bytes, maxBytes: limits.largestPlainBatch)
        } catch {
            throw RecordProblem(error)
        }
        try batch.check(recordLimit: limits.batchRecords)
        return batch
    }

    /// Reads a body that this side made itself, without the rules that the other side holds.
    package static func stored(_ body: [UInt8]) throws(MessageProblem) -> BatchRequest {
        try WireCodec.shape(Self.self, from: body, maxBytes: body.count)
    }

    /// The batch that follows a `record_invalid`: the same number, a note in the record's place.
    ///
    /// - Returns: nil when there is no record at this index.
    package func replacingRecord(at index: Int, by note: NoteRecord) -> BatchRequest? {
        guard records.indices.contains(index) else { return nil }
        var records = records
        records[index] = .note(note)
        return BatchRequest(sequence: sequence, records: records)
    }

    private func check(recordLimit: Int) throws(RecordProblem) {
        guard schema == Self.schemaName else {
            throw RecordProblem(.invalidValue, "The schema is not known.", pointer: "/schema")
        }
        guard sequence > 0 else {
            throw RecordProblem(.invalidValue, "Batches count from 1.", pointer: "/seq")
        }
        guard records.count <= recordLimit else {
            throw RecordProblem(
                .batchTooManyRecords, "The batch has more than \(recordLimit) records.")
        }
        var ledger = MeasurementLedger()
        for (index, record) in records.enumerated() {
            do throws(FieldProblem) {
                try record.validate()
                if case .measurement(let measurement) = record { try ledger.enter(measurement) }
            } catch {
                throw RecordProblem(index: index, error)
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case schema
        case sequence = "seq"
        case records
    }
}

/// Why a batch was refused.
package struct RecordProblem: Error, Equatable {
    /// `record_invalid` for one record; else what is wrong with the batch as a whole.
    package let reason: ErrorReason
    /// Which record, from 0; nil when the batch as a whole is refused.
    package let index: Int?
    /// JSON pointer (RFC 6901) into the body; nil when the problem has no single place.
    package let pointer: String?
    package let message: String

    package init(_ reason: ErrorReason, _ message: String, pointer: String? = nil) {
        self.reason = reason
        index = nil
        self.pointer = pointer
        self.message = message
    }

    init(index: Int, _ problem: FieldProblem) {
        reason = .recordInvalid
        self.index = index
        pointer = "/records/\(index)" + problem.pointer
        message = problem.message
    }

    /// What the decoder refused: inside a record it is that record's fault.
    init(_ problem: MessageProblem) {
        let parts = problem.pointer?.split(separator: "/", maxSplits: 2) ?? []
        if parts.count >= 2, parts[0] == "records", let index = Int(parts[1]) {
            reason = .recordInvalid
            self.index = index
        } else {
            reason = problem.reason
            index = nil
        }
        pointer = problem.pointer
        message = problem.message
    }

    /// The `details` of the error body, beside `reason`.
    package var details: [String: JSONValue] {
        var details: [String: JSONValue] = [:]
        if let index { details["index"] = .integer(Int64(index)) }
        if let pointer { details["pointer"] = .string(pointer) }
        return details
    }
}
