/// The sizes that a spool keeps to.
package struct SpoolLimits: Hashable, Sendable {
    package let batchBytes: Int
    package let batchRecords: Int
    package let logBytes: Int64

    package init(batchBytes: Int, batchRecords: Int, logBytes: Int64) {
        self.batchBytes = batchBytes
        self.batchRecords = batchRecords
        self.logBytes = logBytes
    }

    /// The protocol's own limits (API contract, §4.2).
    package static let standard = SpoolLimits(
        batchBytes: 1_048_576, batchRecords: 10_000, logBytes: 67_108_864)
}
