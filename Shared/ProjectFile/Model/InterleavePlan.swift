/// How base and candidate are measured against each other.
package struct InterleavePlan: Sendable {
    package enum Mode: String, Sendable { case auto, always, never }
    package enum Order: String, Sendable {
        case abba = "ABBA"
        case random
    }

    package let mode: Mode
    package let pairs: ClosedRange<Int>
    package let order: Order
    /// Age up to which a base of the same host and epoch is used again.
    package let reuse: Duration

    init(_ table: SettingTable) {
        mode = table.word("mode")
        order = table.word("order")
        reuse = table.need("reuse", \.duration)
        let fewest = table.section("pairs").need("min", \.integer)
        pairs = fewest...max(fewest, table.section("pairs").need("max", \.integer))
    }
}
