import Analysis
import Testing

@Suite struct FamilyTests {
    @Test func `few rows are adjusted by Holm`() {
        let family = Family([0.01, 0.04, 0.03], comparisons: 1)
        #expect(family.method == "holm")
        #expect(family.size == 3)
        let expected = [0.03, 0.06, 0.06]
        for (p, value) in zip(family.adjusted, expected) {
            #expect(abs((p ?? -1) - value) < 1e-12)
        }
    }

    @Test func `ten rows and more are adjusted by Benjamini and Hochberg`() {
        let family = Family((1...10).map { Double($0) / 100 }, comparisons: 1)
        #expect(family.method == "bh")
        #expect(family.adjusted.allSatisfy { abs(($0 ?? -1) - 0.1) < 1e-12 })
    }

    @Test func `each further commit that is asked about costs`() {
        let family = Family([0.004, 0.5], comparisons: 11)
        #expect(family.size == 22)
        #expect(abs((family.adjusted[0] ?? -1) - 0.088) < 1e-12)
        #expect(family.adjusted[1] == 1)
    }

    @Test func `rows without a test stay without one and cost nothing`() {
        let family = Family([nil, 0.02, nil], comparisons: 1)
        #expect(family.size == 1)
        #expect(family.adjusted == [nil, 0.02, nil])
    }

    @Test(arguments: [
        (Family.Choice.bh, "bh"), (.by, "by"), (.holm, "holm"), (.bonferroni, "bonferroni"),
    ])
    func `a policy may choose the correction`(_ choice: Family.Choice, _ method: String) {
        let values = (1...12).map { Double($0) / 100 }
        #expect(Family(values, comparisons: 1, choice: choice).method == method)
    }

    struct Planned: CustomStringConvertible {
        let comparisons: Int
        let rows: Int
        let pairs: Int
        var description: String { "\(comparisons) × \(rows)" }
    }

    /// With the largest of n differences against all others p is 2 · 2⁻ⁿ times the number of sets
    /// of ranks that sum up to n at most: 140 / 4096 for twelve pairs. Large families need what the
    /// normal limit needs, which is used where differences are equal.
    @Test(arguments: [
        Planned(comparisons: 1, rows: 1, pairs: 12), Planned(comparisons: 0, rows: 0, pairs: 12),
        Planned(comparisons: 2, rows: 1, pairs: 13), Planned(comparisons: 24, rows: 1, pairs: 18),
        Planned(comparisons: 11, rows: 6, pairs: 20), Planned(comparisons: 30, rows: 30, pairs: 22),
        Planned(comparisons: 1000, rows: 100, pairs: 34),
    ])
    func `the test gets the pairs that it needs to speak`(_ given: Planned) {
        #expect(
            VisitPlanner.pairs(
                level: 0.05, comparisons: given.comparisons, rows: given.rows) == given.pairs)
    }
}
