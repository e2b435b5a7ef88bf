import AgentProtocol
import FleetModel
import Foundation
import Spool

/// What the spool of an agent that is not running holds of one attempt.
struct SpooledValues {
    /// Of measured repetitions, in their order, but for those that the controller has acknowledged.
    let values: [Double]
    /// Nothing more is to come, so that all that was measured is here or at the controller.
    let isEnded: Bool
    /// Whether the controller holds some of it already.
    let hasAcknowledged: Bool

    /// By attempt, read from a copy: opening a spool changes it.
    static func read(ofAgentIn folder: String) throws -> [String: SpooledValues] {
        let copy = folder + "/spool.copy"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: folder + "/spool", toPath: copy)
        let directory = try SpoolDirectory(root: copy, capacityBytes: 1 << 30) { _ in "" }
        guard directory.setAside.isEmpty else {
            throw FleetProblem("a damaged spool: \(directory.setAside)")
        }
        var found: [String: SpooledValues] = [:]
        for spool in directory.attempts {
            let isEnded = spool.finishRequest != nil
            if !isEnded { try spool.seal() }
            var values: [Double] = []
            var sequence: Int64 = 0
            while let batch = try spool.nextBatch(after: sequence) {
                sequence = batch.sequence
                for case .measurement(let record) in try BatchRequest.stored(batch.body).records
                where record.phase == .measure && record.metric == "time" {
                    values += record.values.map(\.value)
                }
            }
            found[spool.attempt.text] = SpooledValues(
                values: values, isEnded: isEnded, hasAcknowledged: spool.acknowledgedSequence > 0)
        }
        return found
    }
}
