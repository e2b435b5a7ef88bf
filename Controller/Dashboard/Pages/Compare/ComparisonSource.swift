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

    let compare: Compare

    package init(compare: @escaping Compare) { self.compare = compare }
}
