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

    /// A side as somebody wrote it.
    package struct Named: Hashable, Sendable {
        /// A commit's first digits, a branch or a tag.
        package let text: String
        /// Where it must have been measured, by name; nil narrows nothing.
        package let host: String?

        package init(_ text: String, on host: String? = nil) {
            self.text = text
            self.host = host
        }

        package var isCommit: Bool {
            (7...64).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
        }
    }

    /// `asRatios`: what two hosts measured is compared by the ratios of what each measured in
    /// turns with one base.
    package typealias Compare =
        @Sendable (_ base: RunRecord, _ head: RunRecord, _ asRatios: Bool) async throws -> Outcome

    /// The newest run that measured something of it; nil where it names none, or none was.
    package typealias Find =
        @Sendable (_ side: Named, _ project: ProjectStore.Project) async throws -> RunRecord?

    let find: Find
    let compare: Compare

    package init(find: @escaping Find, compare: @escaping Compare) {
        self.find = find
        self.compare = compare
    }
}
