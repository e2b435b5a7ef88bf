/// A stored batch.
package struct BatchReply: WireMessage {
    package let nextSequence: Int64
    package let acknowledgedSequence: Int64
    /// False for an attempt whose job was claimed again.
    package let counted: Bool

    package init(
        nextSequence: Int64, acknowledgedSequence: Int64, counted: Bool
    ) {
        self.nextSequence = nextSequence
        self.acknowledgedSequence = acknowledgedSequence
        self.counted = counted
    }

    private enum CodingKeys: String, CodingKey {
        case nextSequence = "next_seq"
        case acknowledgedSequence = "acked_seq"
        case counted
    }
}
