import Testing

@testable import Statistics

@Suite struct AdjustTests {
    static let cases = Vectors.cases("multiple-comparisons", op: "adjust")

    @Test func `all reference cases are read`() { #expect(Self.cases.count == 21) }

    @Test(arguments: cases)
    func `adjusted values agree with the reference`(_ given: VectorCase) throws {
        let method = try #require(Adjust.Method(rawValue: given.params["method"]?.text ?? ""))
        let values = given.params["p_values"]?.list?.map(\.double) ?? []
        let found = try Adjust.adjust(values, method: method, q: given.double("q") ?? 0.05)
        let members: [String: Value] = [
            "adjusted": .list(found.adjusted.map { Value($0) }),
            "rejected": .list(found.rejected.map { .bool($0) }),
            "count": Value(found.rejectedCount),
        ]
        Vectors.expect(.object(members), equals: given.expect, in: given)
    }

    @Test(arguments: [1.5, -0.1, .nan, .infinity])
    func `values that are no probabilities are refused`(_ p: Double) {
        #expect(throws: StatisticsFailure.self) { try Adjust.adjust([0.5, p]) }
        #expect(throws: StatisticsFailure.self) { try Adjust.adjust([0.5], q: p) }
    }

    @Test(arguments: Adjust.Method.allCases)
    func `adjusting never lowers a value, keeps order and ignores position`(
        _ method: Adjust.Method
    ) throws {
        var generator = SplitMix64(seed: 51)
        let values = (0..<40).map { _ in Draws.uniform(&generator) }
        let found = try Adjust.adjust(values, method: method).adjusted.compactMap { $0 }
        #expect(zip(found, values).allSatisfy { $0 >= $1 && $0 <= 1 })
        let byValue = zip(values, found).sorted { $0.0 < $1.0 }.map(\.1)
        #expect(byValue == byValue.sorted())
        let turned = try Adjust.adjust(values.reversed(), method: method).adjusted
        #expect(turned.reversed().compactMap { $0 } == found)
    }

    @Test func `nothing in, nothing out`() throws {
        #expect(try Adjust.adjust([]).adjusted.isEmpty)
    }
}
