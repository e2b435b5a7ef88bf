/// What one transaction of the spool stores.
struct SpoolChange {
    let records: [[UInt8]]
    /// Whether the records that fill no batch become one too.
    let sealing: Bool
    let progress: SpoolProgress
    let logLength: Int64
    let logIsCut: Bool
}
