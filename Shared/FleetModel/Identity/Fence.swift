/// One claim of a job by one agent. Numbers rise by one per claim and never repeat.
///
/// Each write of an agent names its fence; a write with an older one changes nothing that counts.
package struct Fence: Hashable, Comparable, Sendable {
    package let number: Int64

    package init?(_ number: Int64) {
        guard number > 0 else { return nil }
        self.number = number
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.number < rhs.number }
}
