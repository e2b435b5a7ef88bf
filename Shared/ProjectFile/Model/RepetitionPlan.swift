/// How often a command is executed.
package struct RepetitionPlan: Sendable, Equatable {
    /// Executions that are thrown away first.
    package enum Warmup: Sendable, Equatable {
        case auto
        case count(Int)
        case time(Duration)
    }

    package let count: ClosedRange<Int>
    /// Relative half width of the median's interval at which repeating stops; nothing: `auto`.
    package let target: Double?
    package let warmup: Warmup

    init(_ entry: SettingTable) {
        let table = entry.section("repetitions")
        let fewest = table.need("min", \.integer)
        count = fewest...max(fewest, table.need("max", \.integer))
        target = table["target"]?.number
        warmup =
            if let count = entry.integer("warmup") {
                .count(count)
            } else if let time = entry.duration("warmup") {
                .time(time)
            } else {
                .auto
            }
    }
}
