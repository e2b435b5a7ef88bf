import Testing

@testable import Analysis

@Suite struct PersistenceTests {
    struct Case: Sendable, CustomStringConvertible {
        let later: [Double]
        let shift: Double
        let expected: Persistence
        var description: String { "\(later) after \(shift)" }
    }

    /// Against a base of 100 and a threshold of 5 %.
    @Test(arguments: [
        Case(later: [], shift: 0.1, expected: .unknown),
        Case(later: [110, 110], shift: 0.1, expected: .unknown),
        Case(later: [110, 109, 108], shift: 0.1, expected: .yes),
        Case(later: [110, 100, 100], shift: 0.1, expected: .no),
        // One that went back among five is no return, and neither is what came still later.
        Case(later: [110, 100, 111, 112, 109, 100, 100, 100], shift: 0.1, expected: .yes),
        Case(later: [105, 105, 105], shift: 0.1, expected: .no),
        // Beyond the threshold on the other side is another change.
        Case(later: [90, 90, 90], shift: 0.1, expected: .no),
        Case(later: [90, 91, 92], shift: -0.1, expected: .yes),
        Case(later: [99, 98, 97], shift: -0.1, expected: .no),
    ])
    func `a change stays where the median of what came next is beyond the threshold`(
        _ given: Case
    ) {
        let found = Persistence(given.later, base: 100, shift: given.shift, threshold: 0.05)
        #expect(found == given.expected)
    }

    @Test func `nothing is relative to nothing`() {
        #expect(Persistence([1, 1, 1], base: 0, shift: 1, threshold: 0.05) == .unknown)
    }
}
