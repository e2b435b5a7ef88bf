import AgentProtocol
import FleetModel
import Foundation
import Spool

/// A folder of its own for one test, removed at the end.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "spool-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var root: String { path + "/spool" }
}

enum SpoolFixture {
    static let small = SpoolLimits(batchBytes: 1000, batchRecords: 5, logBytes: 400)

    /// FNV-1a: enough to tell bodies apart.
    static let digest: @Sendable ([UInt8]) -> String = { bytes in
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return "fnv:" + String(hash, radix: 16)
    }

    static func open(
        _ root: String, capacity: Int64 = 1 << 30, limits: SpoolLimits = small
    ) throws -> SpoolDirectory {
        try SpoolDirectory(root: root, capacityBytes: capacity, limits: limits, digest: digest)
    }

    static func lease(_ number: Int = 1) throws -> SpoolLease {
        let id = "01975a31-0000-7000-8000-" + String(format: "%012d", number)
        guard let attempt = AttemptID(id), let fence = Fence(4), let claim = ClaimID(id),
            let session = SessionID(id)
        else { throw FixtureProblem() }
        return SpoolLease(attempt: attempt, fence: fence, claim: claim, session: session)
    }

    struct FixtureProblem: Error {}

    static func job() throws -> JobDescription {
        let golden = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "AgentProtocolTests/Golden/v1.0/job.description.json")
        return try WireCodec.decode(JobDescription.self, from: Data(contentsOf: golden))
    }

    /// A record that carries its number.
    static func record(_ number: Int, padding: Int = 0) -> BatchRecord {
        let text = "\(number)." + String(repeating: "x", count: padding)
        return .note(NoteRecord(at: .zero, level: .info, text: text))
    }

    static func number(_ record: BatchRecord) -> Int? {
        guard case .note(let note) = record else { return nil }
        return note.text.split(separator: ".").first.flatMap { Int($0) }
    }

    /// Numbers of all records that the spool would send, in order, and its batches.
    static func sendable(
        _ spool: AttemptSpool, after sequence: Int64 = 0
    ) throws -> (numbers: [Int], batches: [SealedBatch]) {
        var numbers: [Int] = []
        var batches: [SealedBatch] = []
        var last = sequence
        while let batch = try spool.nextBatch(after: last) {
            let request = try BatchRequest.decode(bytes: batch.body, limits: .standard)
            guard request.sequence == batch.sequence, digest(batch.body) == batch.digest
            else { throw FixtureProblem() }
            numbers += request.records.compactMap(number)
            batches.append(batch)
            last = batch.sequence
        }
        return (numbers, batches)
    }

    static func finish(
        _ outcome: AttemptOutcome = .completed, last: Int64, log: Int64
    ) -> FinishRequest {
        FinishRequest(
            outcome: outcome, lastSequence: last, logLength: log, cases: CaseCounts(ok: 1),
            tuningRestored: true, cleanupSucceeded: true, duration: .zero)
    }

    /// What a crash leaves: the files as they are, without a word to the writer.
    static func snapshot(of root: String, to copy: String) throws {
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: root, toPath: copy)
    }
}

/// SplitMix64 (Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
