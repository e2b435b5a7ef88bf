import AgentProtocol

/// The bytes around the records of a batch: what the encoder makes of a `BatchRequest`.
///
/// Records are encoded once, when they are appended, and only copied into their batch.
enum BatchFrame {
    private static let head = Array(#"{"records":["#.utf8)

    /// Bytes that a batch may need besides its records and the commas between them.
    static let overhead =
        head.count + #"],"schema":"","seq":}"#.utf8.count + BatchRequest.schemaName.utf8.count + 20

    static func body(sequence: Int64, records: [[UInt8]]) -> [UInt8] {
        var body = head
        body.reserveCapacity(records.reduce(overhead) { $0 + $1.count + 1 })
        for (index, record) in records.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += record
        }
        body += Array(#"],"schema":"\#(BatchRequest.schemaName)","seq":\#(sequence)}"#.utf8)
        return body
    }
}
