/// Length of the log that the controller holds.
package struct LogReply: WireMessage {
    package let length: Int64
    /// False for an attempt whose job was claimed again.
    package let counted: Bool

    package init(
        length: Int64, counted: Bool
    ) {
        self.length = length
        self.counted = counted
    }

    private enum CodingKeys: String, CodingKey {
        case length
        case counted
    }
}
