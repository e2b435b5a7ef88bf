import Database

/// The projects that a caller may read, for rows of many projects.
package enum ReadableProjects: Hashable, Sendable {
    case all
    /// Public ones, internal ones for whoever has credentials, and those of these names.
    case some(names: Set<String>, withInternal: Bool)

    /// What anybody may read.
    package static let anonymous = Self.some(names: [], withInternal: false)
}

extension Narrowing {
    /// The row's `project_id` is one of them, unless the condition holds.
    mutating func require(_ projects: ReadableProjects, unless condition: String) {
        guard case .some(let names, let withInternal) = projects else { return }
        var ways = ["visibility = 'public'"]
        if withInternal { ways.append("visibility = 'internal'") }
        if !names.isEmpty {
            let places = bind(names.sorted().map { .text($0) })
            ways.append("name IN (\(places.joined(separator: ", ")))")
        }
        require(
            "(\(condition) OR project_id IN "
                + "(SELECT id FROM project WHERE \(ways.joined(separator: " OR "))))")
    }
}
