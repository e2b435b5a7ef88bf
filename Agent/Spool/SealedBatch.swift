/// A batch whose bytes never change again, unless a record of it is refused.
package struct SealedBatch: Hashable, Sendable {
    package let sequence: Int64
    /// The plain body, as it is digested and sent.
    package let body: [UInt8]
    /// What the digest function made of the body.
    package let digest: String
}
