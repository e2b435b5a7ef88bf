/// What an entry says of one metric.
package struct MetricRule: Sendable {
    package enum Better: String, Sendable { case lower, higher, none }

    /// Overrides the tool.
    package let better: Better?
    /// Only where the tool gives none.
    package let unit: String?
    /// The entry's policy with the metric's own keys over it.
    package let policy: Policy

    init(_ table: SettingTable) {
        better = table.optionalWord("better")
        unit = table.text("unit")
        policy = Policy(table.section("policy"))
    }
}
