package import FleetModel
package import Storage

/// Compares any two runs for a page; what is compared is not stored.
package struct ComparisonSource: Sendable {
    package enum Outcome: Sendable {
        case compared(ComparisonStore.Comparison)
        /// Nothing of this run was measured.
        case nothingMeasured(RunID)
        /// The word says what differs that must not.
        case notComparable(String)
    }

    package typealias Compare =
        @Sendable (_ base: RunRecord, _ head: RunRecord) async throws -> Outcome

    /// The newest run of a branch or tag; nil where it names none, or none was measured.
    package typealias Find =
        @Sendable (_ name: String, _ project: ProjectStore.Project) async throws -> RunRecord?

    let find: Find
    let compare: Compare

    package init(find: @escaping Find, compare: @escaping Compare) {
        self.find = find
        self.compare = compare
    }
}
