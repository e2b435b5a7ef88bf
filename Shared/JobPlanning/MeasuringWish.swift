import Analysis
package import FleetModel
package import ProjectFile

/// What of a suite somebody wants measured, and how carefully.
package struct MeasuringWish: Hashable, Sendable {
    package private(set) var narrowing: Narrowing
    package let effort: Effort

    package init(narrowing: Narrowing = Narrowing(), effort: Effort = Effort()) {
        self.narrowing = narrowing
        self.effort = effort
    }

    /// The same of those entries alone that are measured on each class of hosts.
    package var onEachClass: MeasuringWish {
        var wish = self
        wish.narrowing.isOnEachClass = true
        return wish
    }

    /// Whether a project file might ask for a counter of this name.
    package static func knows(counter name: String) -> Bool { CounterNames.isKnown(name) }

    /// Which benchmarks, and what is counted of them; empty lists narrow nothing.
    package struct Narrowing: Hashable, Sendable {
        package let benchmarks: [String]
        package let tags: [String]
        /// Axis and value: only the matrix cells that have them.
        package let cells: [String: String]
        /// Instead of those that the file asks for; nil leaves it to the file.
        package let counters: [String]?
        /// Instead of what the file says; nil leaves it to the file.
        package let profile: Profile?
        /// Only entries with `requires.on: each`.
        fileprivate(set) var isOnEachClass = false

        package init(
            benchmarks: [String] = [], tags: [String] = [], cells: [String: String] = [:],
            counters: [String]? = nil, profile: Profile? = nil
        ) {
            self.benchmarks = benchmarks
            self.tags = tags
            self.cells = cells
            self.counters = counters
            self.profile = profile
        }

        /// Whether names, tags and cells leave it.
        package func wants(_ execution: BenchmarkExecution) -> Bool {
            guard execution.cell.has(cells) else { return false }
            let entry = execution.entry
            guard !isOnEachClass || entry.requires.spread == .each else { return false }
            let isNamed = benchmarks.isEmpty || benchmarks.contains { Glob($0).matches(entry.name) }
            return isNamed && (tags.isEmpty || tags.contains(where: entry.tags.contains))
        }

        /// What is wrong with the cells that are asked for, for people; nil where the file's matrix
        /// has such cells.
        package func unknownCell(of file: ProjectFile) -> String? {
            for (axis, value) in cells.sorted(by: { $0.key < $1.key }) {
                let known = Set(file.cells.compactMap { $0.values[axis] }).sorted()
                guard !known.isEmpty else { return "the file's matrix has no axis \(axis)" }
                guard known.contains(value) else {
                    return "the axis \(axis) has no value \(value); it has "
                        + known.joined(separator: ", ")
                }
            }
            guard file.cells.contains(where: { $0.has(cells) }) else {
                return "the matrix has no cell with " + MatrixCell(values: cells).text
            }
            return nil
        }
    }

    /// A profile after each benchmark, and with which tool.
    package enum Profile: String, Hashable, Sendable, CaseIterable {
        case disabled = "none"
        /// perf where it may count, else callgrind.
        case auto
        case perf, callgrind
    }

    package struct Effort: Hashable, Sendable {
        /// Exactly so many visits a side; nil leaves it to the suite and to the family's size.
        package let fixed: Int?
        package let minimum: Int?
        package let maximum: Int?
        /// Relative half width at which repeating stops.
        package let target: Double?
        package let priority: Priority
        /// Build although a host keeps a finished build that fits.
        package let buildsAnew: Bool

        package init(
            fixed: Int? = nil, minimum: Int? = nil, maximum: Int? = nil, target: Double? = nil,
            priority: Priority = .interactive, buildsAnew: Bool = false
        ) {
            self.fixed = fixed
            self.minimum = minimum
            self.maximum = maximum
            self.target = target
            self.priority = priority
            self.buildsAnew = buildsAnew
        }
    }
}
