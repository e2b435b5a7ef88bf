import Database

/// A statement's parameters in binary form, packed into one block.
struct ParameterBlock {
    private var bytes: [UInt8] = []
    /// Where each value starts; nil for null.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [DatabaseValue]) {
        for value in values {
            let start = bytes.count
            BinaryValue.append(value, to: &bytes)
            offsets.append(value == .null ? nil : start)
            lengths.append(Int32(bytes.count - start))
        }
        // So that the block of an empty text alone has an address.
        bytes.append(0)
    }

    /// Lends the arrays that libpq takes: values, lengths, and formats (all binary).
    func withPointers(
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> OpaquePointer?
    ) -> PostgresResult {
        let answer = bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { offset in
                offset.flatMap { offset in base.map { $0 + offset } }
            }
            return body(values, lengths, Array(repeating: 1, count: values.count))
        }
        return PostgresResult(adopting: answer)
    }
}
