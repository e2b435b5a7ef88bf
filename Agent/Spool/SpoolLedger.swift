/// The sizes of what the file holds, in bytes.
struct SpoolSizes {
    let tailRecords: Int
    let tailBytes: Int
    let batches: Int64
    let batchBytes: Int64
    let firstSequence: Int64?
    let lastSequence: Int64?
}

/// The counters of the file, as they are after its last commit.
struct SpoolLedger: Equatable {
    var lastSequence: Int64
    var acknowledgedSequence: Int64
    /// Records that are in no batch yet.
    var tailRecords: Int
    var tailBytes: Int
    /// Bodies of the batches that are not acknowledged.
    var batchBytes: Int64

    var storedBytes: Int64 { batchBytes + Int64(tailBytes) }

    /// Whether one more record leaves the open batch within its limits.
    func fits(_ bytes: Int, in limits: SpoolLimits) -> Bool {
        tailRecords < limits.batchRecords
            && tailBytes + tailRecords + bytes + BatchFrame.overhead <= limits.batchBytes
    }

    mutating func add(_ bytes: Int) {
        tailRecords += 1
        tailBytes += bytes
    }

    mutating func seal(bodyBytes: Int) {
        lastSequence += 1
        batchBytes += Int64(bodyBytes)
        tailRecords = 0
        tailBytes = 0
    }
}
